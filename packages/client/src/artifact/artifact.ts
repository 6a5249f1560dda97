import { artifactToJson, type JsonValue, loadArtifact } from '@millrace/artifact-store'
import type { ArtifactRef } from '@millrace/core-graph'
import type { ClientContext } from '../context.ts'

/** Where an artifact is. */
export interface ArtifactPlace {
  readonly flow: string
  /** The pathspec of the task, or for a parameter of the run, that it belongs to. */
  readonly place: string
  readonly name: string
}

/** One value that a task left behind, or that a run was started with. Knowing of it costs nothing; `value` and `json` load it. */
export class Artifact<Value = unknown> {
  readonly name: string
  /** `Squares/3/compute/7/square` */
  readonly pathspec: string
  /** Encoded and uncompressed. */
  readonly sizeBytes: number
  /** Of the encoded bytes, in hexadecimal: two artifacts with the same one are equal. */
  readonly sha256: string
  readonly #context: ClientContext
  readonly #flow: string
  readonly #ref: ArtifactRef

  constructor(context: ClientContext, { flow, place, name }: ArtifactPlace, ref: ArtifactRef) {
    this.name = name
    this.pathspec = `${place}/${name}`
    this.sizeBytes = ref.sizeBytes
    this.sha256 = ref.sha256
    this.#context = context
    this.#flow = flow
    this.#ref = ref
  }

  /**
   * The value, made anew each time. No request where it is at most 1 KiB encoded; otherwise one get, and one for each 64 MiB of large buffers and texts.
   *
   * @throws MillraceError `corrupt-artifact` if its bytes are missing, cut off or altered.
   */
  async value(): Promise<Value> {
    return (await loadArtifact(this.#context.store, this.#flow, this.pathspec, this.#ref)) as Value
  }

  /** As {@link value}, as what `JSON.stringify` takes; see `artifactToJson` for what becomes of what JSON lacks. */
  async json(): Promise<JsonValue> {
    return artifactToJson(await this.value())
  }
}
