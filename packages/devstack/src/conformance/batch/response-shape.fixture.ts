/** A schema as AWS SDKs hold it: a number for a simple type, `64 |` a list, `128 |` a map; a function that gives one; or an array that begins with its kind. */
export type Schema = number | string | readonly unknown[] | (() => Schema)

const list = 64
const map = 128

/** JobDetail has `startedAt` as required, and Batch cannot have it before the job runs. */
const optionalAfterAll: readonly string[] = ['JobDetail.startedAt']

/**
 * What is wrong with an answer, raw as it came, by the shape that the SDK has for it: members that are missing, unknown or null, and
 * values of another type; each with its path.
 */
export function* shapeProblems(schema: Schema, value: unknown, path = '$'): Generator<string> {
  if (typeof schema === 'function') return yield* shapeProblems(schema(), value, path)
  if (value === null || value === undefined) return yield `${path} is ${value}`
  if (typeof schema === 'number') return yield* simpleProblems(schema, value, path)
  if (typeof schema === 'string') return
  const [kind, , name, , names, members, required] = schema
  if (Array.isArray(kind) || typeof kind === 'function') return yield* shapeProblems(kind as Schema, value, path)
  switch (kind) {
    case 0:
      return yield* shapeProblems(names as Schema, value, path)
    case 1:
      return yield* listProblems(names as Schema, value, path)
    case 2:
      return yield* mapProblems(members as Schema, value, path)
    case 3:
      return yield* structureProblems(
        { name: String(name), names: names as string[], members: members as Schema[], required: Number(required ?? 0) },
        value,
        path,
      )
    default:
      yield `${path} has a schema of the unknown kind ${String(kind)}`
  }
}

function* simpleProblems(schema: number, value: unknown, path: string): Generator<string> {
  if (schema & list) return yield* listProblems(schema & ~list, value, path)
  if (schema & map) return yield* mapProblems(schema & ~map, value, path)
  const wanted = ['string', 'number', 'boolean'][schema]
  if (wanted === undefined) yield `${path} has a schema of the unknown type ${schema}`
  else if (typeof value !== wanted) yield `${path} is no ${wanted}: ${JSON.stringify(value)}`
}

function* listProblems(member: Schema, value: unknown, path: string): Generator<string> {
  if (!Array.isArray(value)) return yield `${path} is no list: ${JSON.stringify(value)}`
  for (const [index, each] of value.entries()) yield* shapeProblems(member, each, `${path}[${index}]`)
}

function* mapProblems(member: Schema, value: unknown, path: string): Generator<string> {
  if (typeof value !== 'object' || Array.isArray(value)) return yield `${path} is no map: ${JSON.stringify(value)}`
  for (const [key, each] of Object.entries(value as object)) yield* shapeProblems(member, each, `${path}.${key}`)
}

function* structureProblems(
  { name, names, members, required }: { name: string; names: readonly string[]; members: readonly Schema[]; required: number },
  value: unknown,
  path: string,
): Generator<string> {
  if (typeof value !== 'object' || Array.isArray(value)) return yield `${path} is no structure: ${JSON.stringify(value)}`
  const given = value as Readonly<Record<string, unknown>>
  for (const member of names.slice(0, required))
    if (!(member in given) && !optionalAfterAll.includes(`${name}.${member}`)) yield `${path}.${member} is missing`
  for (const [member, each] of Object.entries(given)) {
    const index = names.indexOf(member)
    if (index === -1) yield `${path}.${member} is not known`
    else yield* shapeProblems(members[index] as Schema, each, `${path}.${member}`)
  }
}
