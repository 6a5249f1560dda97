// A container's files go with it: what Node keeps of compiled code would be written for nobody, unless it is told where others find it.
if (!process.env.NODE_COMPILE_CACHE) process.env.NODE_DISABLE_COMPILE_CACHE = '1'
await import('./main.ts')
