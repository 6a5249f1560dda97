import type { ArtifactRef, ArtifactTable, constructFlow, FlowInstance } from '@millrace/core-graph'
import { freezeDeep } from './freeze-deep.ts'

/** Gives one artifact's value: at once where it has been loaded, else waiting for it. */
export type ReadNow = (name: string, ref: ArtifactRef) => unknown

/**
 * Puts stored artifacts onto an object as fields that load when they are first read, and are ordinary from then on.
 * Assigning or deleting a field needs no load.
 */
export function defineArtifactFields(target: object, table: ArtifactTable, readNow: ReadNow): void {
  for (const [name, ref] of Object.entries(table)) {
    const become = (value: unknown): void => {
      Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true })
    }
    Object.defineProperty(target, name, {
      enumerable: true,
      configurable: true,
      get: () => {
        const value = readNow(name, ref)
        become(value)
        return value
      },
      set: become,
    })
  }
}

/** Puts parameters onto a flow as fields that can be read only; so can plain objects and arrays in them. */
export function defineParameterFields(instance: FlowInstance, table: ArtifactTable, readNow: ReadNow): void {
  for (const name of instance.parameters.keys()) {
    const ref = table[name]
    let value: unknown
    let known = ref === undefined
    Object.defineProperty(instance.flow, name, {
      enumerable: false,
      configurable: false,
      get: () => {
        if (!known && ref) value = freezeDeep(readNow(name, ref))
        known = true
        return value
      },
      set: () => {
        throw new TypeError(`this.${name} is a parameter: it stays as the run was started with. Assign to a field of another name.`)
      },
    })
  }
}

/** A flow's fields that a step has left: values to save, and names whose stored value passes on unread. */
export interface FieldsLeft {
  readonly values: ReadonlyMap<string, unknown>
  readonly untouched: readonly string[]
}

/** Sorts the own enumerable fields of a flow after its step. `undefined` means unset. */
export function collectFields(instance: FlowInstance): FieldsLeft {
  const values = new Map<string, unknown>()
  const untouched: string[] = []
  for (const name of Object.keys(instance.flow)) {
    if (instance.steps.has(name) || instance.parameters.has(name)) continue
    const descriptor = Object.getOwnPropertyDescriptor(instance.flow, name)
    if (descriptor?.get) untouched.push(name)
    else if (descriptor?.value !== undefined) values.set(name, descriptor?.value)
  }
  return { values, untouched }
}

/** Removes what a flow's field initialisers have set: their values hold in `start`, and pass on from there as artifacts. */
export function discardInitialValues(instance: ReturnType<typeof constructFlow>): void {
  for (const name of Object.keys(instance.flow)) {
    if (!instance.steps.has(name) && !instance.parameters.has(name)) Reflect.deleteProperty(instance.flow, name)
  }
}
