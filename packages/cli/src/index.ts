export { runProgram } from './program/program.ts'
