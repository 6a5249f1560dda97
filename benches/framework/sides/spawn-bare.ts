// Starts as many processes as the first argument says, as many at a time as the second: `node -e 0`, or with `floor` the least that can report and
// store something under its hash.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const [, , count, lanes, kind] = process.argv
let left = Number(count)
const code = "import 'node:fs'; import 'node:crypto'; process.send(0, () => process.exit())"

async function spawnUntilNoneIsLeft(): Promise<void> {
  while (left > 0) {
    left -= 1
    const child =
      kind === 'floor'
        ? spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
        : spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
    await once(child, 'exit')
  }
}

await Promise.all(Array.from({ length: Number(lanes) }, spawnUntilNoneIsLeft))
