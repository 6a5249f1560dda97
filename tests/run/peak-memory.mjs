// Imported into every process of a run: leaves the most memory that it ever had, in KiB, in a file named by its pid.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

process.on('exit', () => {
  const folder = process.env.MILLRACE_TEST_PEAKS
  if (folder) writeFileSync(join(folder, String(process.pid)), String(process.resourceUsage().maxRSS))
})
