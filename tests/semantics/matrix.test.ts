import { testMatrix } from './combinations/test-matrix.ts'
import { localDisk } from './context.ts'

testMatrix(localDisk)
