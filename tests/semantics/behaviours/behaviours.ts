import { artifactBehaviours } from './artifacts.ts'
import type { Behaviour } from './behaviour.ts'
import { currentBehaviours } from './current.ts'
import { dynamicErrorBehaviours } from './dynamic-errors.ts'
import { failureBehaviours } from './failures.ts'
import { foreachBehaviours } from './foreach.ts'
import { graphBehaviours } from './graph.ts'
import { includeBehaviours } from './include.ts'
import { logBehaviours } from './logs.ts'
import { mergeBehaviours } from './merges.ts'
import { parameterBehaviours } from './parameters.ts'
import { processBehaviours } from './processes.ts'
import { resumeBehaviours } from './resume.ts'
import { staticErrorBehaviours } from './static-errors.ts'
import { tagBehaviours } from './tags.ts'

/** Every behaviour of the matrix. */
export const behaviours: readonly Behaviour[] = [
  ...artifactBehaviours,
  ...mergeBehaviours,
  ...parameterBehaviours,
  ...includeBehaviours,
  ...currentBehaviours,
  ...logBehaviours,
  ...graphBehaviours,
  ...foreachBehaviours,
  ...failureBehaviours,
  ...processBehaviours,
  ...resumeBehaviours,
  ...tagBehaviours,
  ...staticErrorBehaviours,
  ...dynamicErrorBehaviours,
]
