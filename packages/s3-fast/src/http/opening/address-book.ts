import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'

/** How long the addresses of a name are used without asking again. S3 changes them within seconds to minutes. */
const maxAgeMs = 10_000

interface Entry {
  addresses: readonly string[]
  /** What the next connection begins with. */
  turn: number
  resolvedAtMs: number
}

/** The addresses of names, each connection beginning with another one, so that many connections to one name spread over all its servers. */
export class AddressBook {
  readonly #entries = new Map<string, Entry>()
  readonly #underWay = new Map<string, Promise<Entry>>()
  readonly #resolveName: (hostname: string) => Promise<readonly string[]>

  /** @param resolveName gives every address of a name; the system's resolver where it is not given. */
  constructor(resolveName: (hostname: string) => Promise<readonly string[]> = askSystem) {
    this.#resolveName = resolveName
  }

  /** Every address of the name, in the order in which to try them. An address is its own. @throws the resolver's error. */
  async addresses(hostname: string): Promise<readonly string[]> {
    if (isIP(hostname) !== 0) return [hostname]
    const entry = await this.#entry(hostname)
    const start = entry.turn
    entry.turn = (start + 1) % entry.addresses.length
    return [...entry.addresses.slice(start), ...entry.addresses.slice(0, start)]
  }

  /** No connection could be made to this address: it is left out until the name is resolved again, as long as there are others. */
  demote(hostname: string, address: string): void {
    const entry = this.#entries.get(hostname)
    if (!entry || entry.addresses.length < 2) return
    const others = entry.addresses.filter((each) => each !== address)
    entry.addresses = others
    entry.turn %= others.length
  }

  #entry(hostname: string): Entry | Promise<Entry> {
    const known = this.#entries.get(hostname)
    if (known && performance.now() - known.resolvedAtMs < maxAgeMs) return known
    const asked = this.#underWay.get(hostname) ?? this.#resolve(hostname)
    this.#underWay.set(hostname, asked)
    return asked
  }

  async #resolve(hostname: string): Promise<Entry> {
    try {
      const entry = { addresses: await this.#resolveName(hostname), turn: 0, resolvedAtMs: performance.now() }
      this.#entries.set(hostname, entry)
      return entry
    } finally {
      this.#underWay.delete(hostname)
    }
  }
}

async function askSystem(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}
