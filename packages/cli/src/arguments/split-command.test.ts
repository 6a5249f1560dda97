import { expect, test } from 'vitest'
import { splitCommand } from './split-command.ts'

test('global options may stand before the command', () => {
  expect(splitCommand(['--quiet', '--datastore-root', 'here', 'run', '--size', '3'])).toEqual({
    command: 'run',
    rest: ['--quiet', '--datastore-root', 'here', '--size', '3'],
  })
})

test('without a word there is no command', () => {
  expect(splitCommand(['--help'])).toEqual({ command: undefined, rest: ['--help'] })
  expect(splitCommand(['-h'])).toEqual({ command: undefined, rest: ['--help'] })
})
