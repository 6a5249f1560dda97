/** A parameter's name as it is typed best on a command line: `learningRate` becomes `learning-rate`. */
export function dashedName(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1-$2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1-$2')
    .replace(/[_$]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase()
}

/** How every variable of a parameter begins. */
export const variablePrefix = 'MILLRACE_PARAM_'

/** The environment variable that sets a parameter: `learningRate` is `MILLRACE_PARAM_LEARNING_RATE`. */
export function environmentName(name: string): string {
  return `${variablePrefix}${dashedName(name).replaceAll('-', '_').toUpperCase()}`
}

/** The form in which two names are the same to a user: without case, dashes and underscores. */
export function normalName(name: string): string {
  return name.replace(/[-_$]/g, '').toLowerCase()
}

/** Every way to type a parameter, without `--`. */
export function spellingsOf(name: string): readonly string[] {
  return [...new Set([dashedName(name), name, dashedName(name).replaceAll('-', '_')])].filter((spelling) => spelling !== '')
}
