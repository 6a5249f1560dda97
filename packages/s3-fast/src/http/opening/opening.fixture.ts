import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { HttpError } from '../http-error.ts'
import { answer, type RawConnection } from '../raw-server.fixture.ts'

/** Certificates are issued by openssl: without it there is no TLS to test. */
export const hasOpenssl: boolean = spawnSync('openssl', ['version']).status === 0

/** Key and certificate in PEM for names such as `DNS:localhost,IP:127.0.0.1`, signed by itself. */
export function issueFor(names: string): { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-s3-fast-tls-'))
  const files = ['-keyout', join(folder, 'key'), '-out', join(folder, 'cert')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...kind, '-subj', '/CN=test', '-addext', `subjectAltName=${names}`, ...files], {
    stdio: 'ignore',
  })
  const issued = { key: readFileSync(join(folder, 'key'), 'utf8'), cert: readFileSync(join(folder, 'cert'), 'utf8') }
  rmSync(folder, { recursive: true })
  return issued
}

/** Answers each request with its target. */
export async function echo({ head, socket }: RawConnection): Promise<void> {
  for (;;) socket.write(answer((await head()).split(' ')[1] ?? ''))
}

/** What a request fails with. */
export const failure = (promise: Promise<unknown>): Promise<HttpError> =>
  promise.then(
    () => Promise.reject(new Error('The request should have failed')),
    (error: unknown) => error as HttpError,
  )
