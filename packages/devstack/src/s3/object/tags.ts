import { parseQuery } from '../../sigv4/canonical/query.ts'
import { S3Error } from '../s3-error.ts'
import { textOf, type XmlNode } from '../xml/parse-xml.ts'

type Tags = Readonly<Record<string, string>>

const mostTags = 10

/** Reads `x-amz-tagging`: tags in the form of a query. @throws S3Error InvalidTag, InvalidArgument. */
export function parseTagHeader(header: string): Tags {
  try {
    return checkTags(parseQuery(header))
  } catch (error) {
    if (error instanceof URIError) throw new S3Error('InvalidArgument', { details: { ArgumentName: 'x-amz-tagging' } })
    throw error
  }
}

/** Reads a `Tagging` document. @throws S3Error InvalidTag, MalformedXML. */
export function parseTagDocument(node: XmlNode | undefined): Tags {
  const set = node?.children.find(({ name }) => name === 'TagSet')
  if (!set) throw new S3Error('MalformedXML')
  return checkTags(
    set.children.map((tag) => {
      const [key, value] = [textOf(tag, 'Key'), textOf(tag, 'Value')]
      if (tag.name !== 'Tag' || key === undefined || value === undefined) throw new S3Error('MalformedXML')
      return [key, value]
    }),
  )
}

function checkTags(pairs: readonly (readonly [name: string, value: string])[]): Tags {
  const tags = Object.fromEntries(pairs)
  if (pairs.length > mostTags) throw new S3Error('InvalidTag', { message: 'Object tags cannot be greater than 10' })
  if (Object.keys(tags).length < pairs.length)
    throw new S3Error('InvalidTag', { message: 'Cannot provide multiple Tags with the same key' })
  for (const [key, value] of pairs) {
    if (key.length === 0 || key.length > 128) throw new S3Error('InvalidTag', { message: 'The TagKey you have provided is invalid' })
    if (value.length > 256) throw new S3Error('InvalidTag', { message: 'The TagValue you have provided is invalid' })
  }
  return tags
}
