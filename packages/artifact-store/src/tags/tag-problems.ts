/** The most tags of its user that a run may have, and the most characters of one: Metaflow's limits. */
export const tagLimits: { readonly mostTags: number; readonly mostCharacters: number } = { mostTags: 50, mostCharacters: 500 }

/** What system tags begin with; a user's tag may not, so that none of them lies. */
const systemPrefixes = ['user:', 'runtime:', 'millrace:', 'date:']

/** What is wrong with a run's user tags, as a sentence for each problem; empty where nothing is. */
export function tagProblems(tags: readonly string[]): readonly string[] {
  const { mostTags, mostCharacters } = tagLimits
  const distinct = [...new Set(tags)]
  const problems = distinct.flatMap((tag) => problemOf(tag, mostCharacters) ?? [])
  if (distinct.length > mostTags) problems.push(`A run has at most ${mostTags} tags, and these are ${distinct.length}.`)
  return problems
}

function problemOf(tag: string, mostCharacters: number): string | undefined {
  const shown = JSON.stringify(tag.length > 60 ? `${tag.slice(0, 57).toWellFormed()}...` : tag)
  if (tag.trim() === '') return `A tag must not be empty, and ${shown} is.`
  if (!tag.isWellFormed()) return `The tag ${shown} is no valid Unicode: it holds half of a surrogate pair.`
  const characters = [...tag].length
  if (characters > mostCharacters) return `The tag ${shown} has ${characters} characters, and a tag has at most ${mostCharacters}.`
  const prefix = systemPrefixes.find((front) => tag.startsWith(front))
  return (
    prefix && `The tag ${shown} begins with ${prefix}, which is kept for the tags that Millrace gives each run. Choose another beginning.`
  )
}
