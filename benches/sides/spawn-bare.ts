// Starts as many processes as the first argument says, two at a time: `node -e 0`, or with `floor` the least that can report and store something under its hash.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

let left = Number(process.argv[2])
const isFloor = process.argv[3] === 'floor'
const code = "import 'node:fs'; import 'node:crypto'; process.send(0, () => process.exit())"

async function spawnUntilNoneIsLeft(): Promise<void> {
  while (left > 0) {
    left -= 1
    const child = isFloor
      ? spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
      : spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
    await once(child, 'exit')
  }
}

await Promise.all([spawnUntilNoneIsLeft(), spawnUntilNoneIsLeft()])
