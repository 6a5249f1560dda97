export { type IncludeFileOptions, includeFile } from './include-file.ts'
