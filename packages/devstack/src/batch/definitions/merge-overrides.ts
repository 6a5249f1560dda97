import { clientError } from '../batch-error.ts'
import type { Fields } from '../fields.ts'
import type { ContainerProperties, KeyValue, ResourceRequirement } from './definition.ts'

/** What ECS takes as overrides of one task, in characters. Batch finds out when it places the job. Seen in https://github.com/Netflix/metaflow/issues/977 */
const maxOverrides = 8_192

/** A container with what a submission changes about it; `misfit` is why ECS will refuse it. @throws BatchError ClientException. */
export function mergeOverrides(
  container: ContainerProperties,
  overrides: Fields | undefined,
): { readonly container: ContainerProperties; readonly misfit?: string } {
  if (!overrides) return { container }
  const command = overrides.texts('command')
  if (command?.includes('')) throw clientError('Command must not contain empty strings')
  const environment = overrides.objects('environment')?.map((each) => {
    if (each.text('name')?.startsWith('AWS_BATCH')) throw clientError('Environment variables must not start with AWS_BATCH')
    each.text('value')
    return each.value as KeyValue
  })
  const requirements = overrides.objects('resourceRequirements')?.map((each): ResourceRequirement => {
    each.needText('value')
    return each.value as unknown as ResourceRequirement
  })
  const vcpus = overrides.wholeNumber('vcpus', { least: 1, most: 100_000 })
  const memory = overrides.wholeNumber('memory', { least: 4, most: 100_000_000 })
  const tooLong = JSON.stringify(overrides.value).length > maxOverrides
  return {
    container: {
      ...container,
      ...(command && command.length > 0 ? { command } : {}),
      ...(environment ? { environment: mergeBy(container.environment, environment, ({ name = '' }) => name) } : {}),
      ...(requirements ? { resourceRequirements: mergeBy(container.resourceRequirements, requirements, ({ type }) => type) } : {}),
      ...(vcpus === undefined ? {} : { vcpus }),
      ...(memory === undefined ? {} : { memory }),
    },
    ...(tooLong ? { misfit: `Container Overrides length must be at most ${maxOverrides}` } : {}),
  }
}

/** Those of `over` in place of those of `under` with the same key. */
function mergeBy<T>(under: readonly T[] = [], over: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const merged = new Map(under.map((item) => [keyOf(item), item]))
  for (const item of over) merged.set(keyOf(item), item)
  return [...merged.values()]
}
