#!/usr/bin/env node
// Plain old JavaScript with no static import: it must run far enough on an old Node to say which one is needed.
var needed = [22, 19]
var parts = process.versions.node.split('.').map(Number)

if (parts[0] < needed[0] || (parts[0] === needed[0] && parts[1] < needed[1])) {
  process.stderr.write(
    'millrace needs Node ' +
      needed.join('.') +
      ' or newer; this is ' +
      process.versions.node +
      ' (' +
      process.execPath +
      '). Install a newer one from https://nodejs.org, or run "npx -y node@24 ' +
      process.argv[1] +
      '" instead.\n',
  )
  process.exitCode = 1
} else {
  process.getBuiltinModule('node:module').enableCompileCache()
  void import('@millrace/cli').then((cli) => cli.runProgram(process.argv.slice(2)))
}
