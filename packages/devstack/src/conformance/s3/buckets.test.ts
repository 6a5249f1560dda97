import { describe, expect, test } from 'vitest'
import { createClient, failure, sharedStack, startStack } from '../stack.fixture.ts'

const shared = sharedStack()

describe('a bucket', () => {
  test('that was created is there, in listings and by itself, until it is deleted', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    expect((await client.listBuckets()).Buckets?.map(({ Name }) => Name)).toContain(Bucket)
    expect(await client.headBucket({ Bucket })).toMatchObject({ BucketRegion: 'us-east-1' })
    expect((await client.getBucketLocation({ Bucket })).LocationConstraint).toBeUndefined()
    expect((await client.getBucketVersioning({ Bucket })).Status).toBeUndefined()
    await client.deleteBucket({ Bucket })
    expect(await failure(client.headBucket({ Bucket }))).toBe('404 NotFound')
    expect(await failure(client.deleteBucket({ Bucket }))).toBe('404 NoSuchBucket')
  })

  test('cannot be created twice', async () => {
    const Bucket = await shared.bucket()
    expect(await failure(shared.client.createBucket({ Bucket }))).toBe('409 BucketAlreadyOwnedByYou')
  })

  test('cannot be deleted while it holds an object; an upload that was begun does not keep it', async () => {
    const { client } = shared
    const Bucket = await shared.bucket()
    await client.createMultipartUpload({ Bucket, Key: 'begun' })
    await client.putObject({ Bucket, Key: 'k' })
    expect(await failure(client.deleteBucket({ Bucket }))).toBe('409 BucketNotEmpty')
    await client.deleteObject({ Bucket, Key: 'k' })
    await client.deleteBucket({ Bucket })
    await client.createBucket({ Bucket })
    expect((await client.listMultipartUploads({ Bucket })).Uploads).toBeUndefined()
  })

  test.each(['ab', 'Upper', 'under_score', '-dash', 'dash-', 'two..dots', 'dot.-dash', '192.168.1.1', 'x'.repeat(64), '..'])(
    'cannot be named %s',
    async (name) => {
      const { stack } = shared
      // The SDK would refuse some of these names itself, or normalise them.
      const client = createClient(stack)
      client.middlewareStack.add(
        (next) => async (args) => {
          const request = args.request as { path: string }
          request.path = `/${name}`
          return next(args)
        },
        { step: 'build', priority: 'low' },
      )
      expect(await failure(client.createBucket({ Bucket: 'placeholder' }))).toBe('400 InvalidBucketName')
    },
  )

  test.each(['abc', 'x'.repeat(63), 'a.b-c.1'])('may be named %s', async (Bucket) => {
    await shared.client.createBucket({ Bucket })
    await shared.client.deleteBucket({ Bucket })
  })

  test('that is missing is another error than an object that is', async () => {
    const { client } = shared
    const Bucket = 'not-there'
    const Key = 'k'
    expect(await failure(client.getObject({ Bucket, Key }))).toBe('404 NoSuchBucket')
    expect(await failure(client.putObject({ Bucket, Key, Body: 'x' }))).toBe('404 NoSuchBucket')
    expect(await failure(client.deleteObject({ Bucket, Key }))).toBe('404 NoSuchBucket')
    expect(await failure(client.deleteObjects({ Bucket, Delete: { Objects: [{ Key }] } }))).toBe('404 NoSuchBucket')
    expect(await failure(client.listObjectsV2({ Bucket }))).toBe('404 NoSuchBucket')
    expect(await failure(client.listMultipartUploads({ Bucket }))).toBe('404 NoSuchBucket')
    expect(await failure(client.createMultipartUpload({ Bucket, Key }))).toBe('404 NoSuchBucket')
    expect(await failure(client.copyObject({ Bucket, Key, CopySource: 'not-there/k' }))).toBe('404 NoSuchBucket')
    expect(await failure(client.getBucketLocation({ Bucket }))).toBe('404 NoSuchBucket')
  })

  test('belongs to the region of the devstack', async () => {
    const stack = await startStack({ region: 'eu-north-1' })
    const client = createClient(stack)
    await client.createBucket({ Bucket: 'northern', CreateBucketConfiguration: { LocationConstraint: 'eu-north-1' } })
    expect((await client.getBucketLocation({ Bucket: 'northern' })).LocationConstraint).toBe('eu-north-1')
    const elsewhere = client.createBucket({ Bucket: 'southern', CreateBucketConfiguration: { LocationConstraint: 'sa-east-1' } })
    expect(await failure(elsewhere)).toBe('400 IllegalLocationConstraintException')
    expect(await failure(createClient(stack, { region: 'us-east-1', followRegionRedirects: false }).listBuckets())).toBe(
      '400 AuthorizationHeaderMalformed',
    )
  })
})

test('buckets are listed page by page and by prefix', async () => {
  const client = createClient(await startStack({ buckets: ['b-1', 'a-2', 'a-1', 'a-3'] }))
  const first = await client.listBuckets({ MaxBuckets: 2, Prefix: 'a-' })
  expect(first.Buckets?.map(({ Name }) => Name)).toEqual(['a-1', 'a-2'])
  const second = await client.listBuckets({ MaxBuckets: 2, Prefix: 'a-', ContinuationToken: first.ContinuationToken })
  expect(second.Buckets?.map(({ Name }) => Name)).toEqual(['a-3'])
  expect(second.ContinuationToken).toBeUndefined()
})

test('what S3 has and the devstack has not is answered as not implemented', async () => {
  const { client } = shared
  const Bucket = await shared.bucket()
  await client.putObject({ Bucket, Key: 'k' })
  expect(await failure(client.getBucketPolicy({ Bucket }))).toBe('501 NotImplemented')
  expect(await failure(client.getBucketAcl({ Bucket }))).toBe('501 NotImplemented')
  expect(await failure(client.putBucketVersioning({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))).toBe('501 NotImplemented')
  expect(await failure(client.getObjectAcl({ Bucket, Key: 'k' }))).toBe('501 NotImplemented')
  expect(await failure(client.listObjectVersions({ Bucket }))).toBe('501 NotImplemented')
  expect(await failure(client.putObject({ Bucket, Key: 'k', ServerSideEncryption: 'aws:kms' }))).toBe('501 NotImplemented')
  expect(await failure(client.putObject({ Bucket, Key: 'k', ACL: 'public-read' }))).toBe('400 AccessControlListNotSupported')
  expect(await failure(client.putObject({ Bucket, Key: 'k', StorageClass: 'COLD' as 'STANDARD' }))).toBe('400 InvalidStorageClass')
  expect(await failure(client.putObject({ Bucket, Key: 'k', ServerSideEncryption: 'AES128' as 'AES256' }))).toBe(
    '400 InvalidEncryptionAlgorithmError',
  )
})
