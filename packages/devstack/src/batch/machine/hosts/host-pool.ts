/** What a container takes of a host. */
export interface Room {
  readonly vcpus: number
  readonly memoryMiB: number
}

/** An instance, with what is free of it. */
interface Host {
  readonly id: string
  free: Room
}

/** How many hosts a pool has and what each has. */
export interface HostPoolOptions {
  readonly name: string
  readonly kind: 'EC2' | 'SPOT' | 'FARGATE' | 'FARGATE_SPOT'
  readonly hosts: number
  readonly perHost: Room
}

/** The hosts of a compute environment. */
export class HostPool {
  readonly options: HostPoolOptions
  readonly #hosts: Host[]
  #made = 0

  constructor(options: HostPoolOptions) {
    this.options = options
    this.#hosts = Array.from({ length: options.hosts }, () => this.#make())
  }

  /** Whether a host could ever have so much. */
  couldHold({ vcpus, memoryMiB }: Room): boolean {
    const { hosts, perHost } = this.options
    return hosts > 0 && vcpus <= perHost.vcpus && memoryMiB <= perHost.memoryMiB
  }

  /** Takes room on the first host that has it, and gives its id; `undefined` where none has. */
  place({ vcpus, memoryMiB }: Room): string | undefined {
    const host = this.#hosts.find(({ free }) => free.vcpus >= vcpus && free.memoryMiB >= memoryMiB)
    if (!host) return undefined
    host.free = { vcpus: host.free.vcpus - vcpus, memoryMiB: host.free.memoryMiB - memoryMiB }
    return host.id
  }

  /** Takes room on a host by its id, as it was taken before. */
  hold(id: string, room: Room): void {
    const host = this.#hosts.find((each) => each.id === id)
    if (host) host.free = { vcpus: host.free.vcpus - room.vcpus, memoryMiB: host.free.memoryMiB - room.memoryMiB }
  }

  /** Gives room back. A host that has gone is no matter. */
  free(id: string, { vcpus, memoryMiB }: Room): void {
    const host = this.#hosts.find((each) => each.id === id)
    if (host) host.free = { vcpus: host.free.vcpus + vcpus, memoryMiB: host.free.memoryMiB + memoryMiB }
  }

  /** Another host in place of one that goes, with all of its room. */
  replace(id: string): void {
    const index = this.#hosts.findIndex((host) => host.id === id)
    if (index !== -1) this.#hosts[index] = this.#make()
  }

  get ids(): readonly string[] {
    return this.#hosts.map(({ id }) => id)
  }

  /** What is free of each host. */
  get freeRooms(): readonly Room[] {
    return this.#hosts.map(({ free }) => free)
  }

  /** How many hosts there have been, and who is there. Gives what `restore` takes. */
  get record(): { readonly made: number; readonly ids: readonly string[] } {
    return { made: this.#made, ids: this.ids }
  }

  /** Hosts that were there before, all free. */
  restore({ made, ids }: { readonly made: number; readonly ids: readonly string[] }): void {
    this.#made = made
    for (const [index, host] of this.#hosts.entries()) this.#hosts[index] = { id: ids[index] ?? this.#make().id, free: host.free }
  }

  #make(): Host {
    this.#made += 1
    return { id: `i-${hexOf(this.options.name)}${this.#made.toString(16).padStart(9, '0')}`, free: this.options.perHost }
  }
}

/** Eight digits that differ for different names. */
function hexOf(name: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
