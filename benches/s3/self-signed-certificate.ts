import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Makes a key and a certificate for 127.0.0.1 in `folder`. Needs openssl. */
export function issueCertificate(folder: string): { readonly keyFile: string; readonly certFile: string } {
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' })
  return { keyFile, certFile }
}
