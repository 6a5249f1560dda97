import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type CollectionTag, parse, type ScalarTag } from 'yaml'

type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value }
type Section = Readonly<Record<string, Readonly<Record<string, Value>>>>

/** CloudFormation's short forms as the long ones: `!Ref x` is `{ Ref: 'x' }`. */
const shortForms = ['Ref', 'Sub', 'GetAtt', 'Equals', 'Not', 'Or', 'And', 'If', 'Condition'].flatMap(
  (name): (ScalarTag | CollectionTag)[] => {
    const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`
    return [
      { tag: `!${name}`, resolve: (text: string) => ({ [key]: text }) },
      { tag: `!${name}`, collection: 'seq', resolve: (sequence) => ({ [key]: sequence.toJSON() }) },
    ]
  },
)

const text = readFileSync(new URL('../../infra/millrace.yaml', import.meta.url), 'utf8')
const template: Record<'Parameters' | 'Resources' | 'Outputs', Section> & { Conditions: Readonly<Record<string, Value>> } = parse(text, {
  customTags: shortForms,
})

/** Every object within the template, outermost first. */
function* objectsIn(value: Value | object): Generator<Readonly<Record<string, Value>>> {
  if (Array.isArray(value)) for (const each of value) yield* objectsIn(each)
  else if (typeof value === 'object' && value !== null) {
    yield value as Readonly<Record<string, Value>>
    for (const each of Object.values(value)) yield* objectsIn(each)
  }
}

const objects = [...objectsIn(template)]
const named = (key: string): string[] => objects.flatMap((object) => (typeof object[key] === 'string' ? object[key] : []))
const statements = objects.filter((object) => typeof object.Effect === 'string')
const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : value === undefined ? [] : [value as Value])

describe('the CloudFormation template', () => {
  test('refers to nothing that it does not have', () => {
    const known = new Set([...Object.keys(template.Parameters), ...Object.keys(template.Resources)])
    const substituted = named('Fn::Sub').flatMap((sub) => [...sub.matchAll(/\$\{([^}]+)\}/g)].map(([, name = '']) => name))
    const names = [...named('Ref'), ...named('Fn::GetAtt'), ...substituted].map((name) => name.replace(/(?<!:)\.\w+$/, ''))
    expect(names.length).toBeGreaterThan(30)
    expect(names.filter((name) => !name.startsWith('AWS::') && !known.has(name))).toEqual([])
  })

  test('names only conditions that it states, and states none in vain', () => {
    const tested = objects.flatMap((object) => listOf(object['Fn::If'])[0] ?? [])
    expect(new Set([...named('Condition'), ...tested])).toEqual(new Set(Object.keys(template.Conditions)))
  })

  test('uses every parameter', () => {
    const used = new Set(named('Ref'))
    expect(Object.keys(template.Parameters).filter((name) => !used.has(name))).toEqual([])
  })

  test('lets jobs and people into its own bucket and roles, and into no others', () => {
    const wide = statements.filter(
      (statement) => statement.Effect === 'Allow' && listOf(statement.Resource).some((resource) => resource === '*'),
    )
    const actions = wide.flatMap((statement) => listOf(statement.Action))
    expect(actions).not.toEqual([])
    // What AWS cannot limit to a resource: looking, and ECR's token.
    expect(actions.filter((action) => !/^(batch:(Describe|List|Get)\w+|ecr:GetAuthorizationToken)$/.test(String(action)))).toEqual([])
    expect(text).not.toMatch(/Action: '?\*/)
  })

  test('lets people do each thing that is asked of AWS Batch and CloudWatch Logs', () => {
    const source = readFileSync(new URL('../../packages/batch-executor/src/client/connection.ts', import.meta.url), 'utf8')
    const calls = [...source.matchAll(/^ {2}(\w+): \[(batch|logs)\./gm)].map(([, name, service]) => `${service}:${name}`)
    expect(calls.length).toBeGreaterThan(8)
    const allowed = objectsIn(template.Resources.UserPolicy ?? {})
    const actions = [...allowed].filter(({ Effect }) => Effect === 'Allow').flatMap(({ Action }) => listOf(Action))
    // Many jobs are ended by TerminateJobs where it may be called, else one by one.
    expect(calls.filter((call) => call !== 'batch:TerminateJobs' && !actions.includes(call))).toEqual([])
  })

  test('gives, as outputs, the settings that Millrace reads', () => {
    const descriptions = Object.values(template.Outputs).map(({ Description }) => String(Description))
    expect(descriptions.filter((name) => name.startsWith('MILLRACE_'))).toEqual([
      'MILLRACE_DATASTORE_ROOT',
      'MILLRACE_BATCH_QUEUE',
      'MILLRACE_BATCH_JOB_ROLE',
      'MILLRACE_BATCH_EXECUTION_ROLE',
    ])
  })

  test('keeps the data when the stack is deleted', () => {
    expect(template.Resources.Datastore).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' })
  })
})
