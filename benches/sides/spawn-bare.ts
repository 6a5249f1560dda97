// Runs `node -e 0` as often as the first argument says, two at a time.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

let left = Number(process.argv[2])

async function spawnUntilNoneIsLeft(): Promise<void> {
  while (left > 0) {
    left -= 1
    await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  }
}

await Promise.all([spawnUntilNoneIsLeft(), spawnUntilNoneIsLeft()])
