/** A credential of the job's role. */
interface Keys {
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
  readonly Token?: string
}

/**
 * What a container runs first: fetches the archives that `MILLRACE_CODE` names, with the keys of the job's role, checks their hashes, unpacks them, and starts `container.js`.
 * It stands alone: its text is the job's command, so it may use nothing but Node's own modules, by way of `require`. Archives that are unpacked already are used again.
 *
 * Exit codes: 75 where another attempt may succeed, which AWS Batch then makes; 78 where it cannot.
 */
async function bootstrap(require: NodeJS.Require, load: (url: string) => Promise<unknown>): Promise<void> {
  const { createHash, createHmac, randomUUID } = require('node:crypto') as typeof import('node:crypto')
  const fs = require('node:fs') as typeof import('node:fs')
  const { dirname, join } = require('node:path') as typeof import('node:path')
  const { gunzipSync } = require('node:zlib') as typeof import('node:zlib')
  const { tmpdir } = require('node:os') as typeof import('node:os')
  const { pathToFileURL } = require('node:url') as typeof import('node:url')
  const { env } = process
  const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
  const hmac = (key: string | Uint8Array, data: string): Buffer => createHmac('sha256', key).update(data).digest()
  const fail = (code: number, text: string): never => {
    console.error(`Millrace could not fetch the flow's code: ${text}`)
    process.exit(code)
  }

  /** Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html */
  const findKeys = async (): Promise<Keys> => {
    if (env.AWS_ACCESS_KEY_ID)
      return {
        AccessKeyId: env.AWS_ACCESS_KEY_ID,
        SecretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '',
        ...(env.AWS_SESSION_TOKEN ? { Token: env.AWS_SESSION_TOKEN } : {}),
      }
    const ask = async (url: string, headers: Record<string, string>, method = 'GET'): Promise<string> => {
      const answer = await fetch(url, { method, headers, signal: AbortSignal.timeout(2_000) })
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
      return answer.text()
    }
    const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
    const url = relative ? `http://169.254.170.2${relative}` : env.AWS_CONTAINER_CREDENTIALS_FULL_URI
    if (url) {
      const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
      const token = file ? fs.readFileSync(file, 'utf8').trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN
      return JSON.parse(await ask(url, token ? { authorization: token } : {}))
    }
    const meta = 'http://169.254.169.254/latest/'
    const token = { 'x-aws-ec2-metadata-token': await ask(`${meta}api/token`, { 'x-aws-ec2-metadata-token-ttl-seconds': '300' }, 'PUT') }
    const roles = `${meta}meta-data/iam/security-credentials/`
    return JSON.parse(await ask(roles + (await ask(roles, token)).trim(), token))
  }

  let region = env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1'
  const request = async (bucket: string, key: string, keys: Keys): Promise<Response> => {
    const custom = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL
    const domain = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
    const isPath = custom || bucket.includes('.')
    const base = custom ? custom.replace(/\/$/, '') : isPath ? `https://${domain}` : `https://${bucket}.${domain}`
    const encode = (text: string): string =>
      encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    const url = new URL(`${base}${isPath ? `/${bucket}` : ''}/${key.split('/').map(encode).join('/')}`)
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const headers: Record<string, string> = {
      host: url.host,
      'x-amz-content-sha256': sha256(''),
      'x-amz-date': date,
      ...(keys.Token ? { 'x-amz-security-token': keys.Token } : {}),
    }
    const names = Object.keys(headers).join(';')
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
    const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`
    const canonical = `GET\n${url.pathname}\n\n${lines.join('')}\n${names}\n${sha256('')}`
    const signing = scope.split('/').reduce<string | Buffer>((signed, part) => hmac(signed, part), `AWS4${keys.SecretAccessKey}`)
    const signature = hmac(signing, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`).toString('hex')
    const { host: _host, ...sent } = headers
    const authorization = `AWS4-HMAC-SHA256 Credential=${keys.AccessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`
    return fetch(url, { headers: { ...sent, authorization }, redirect: 'manual', signal: AbortSignal.timeout(120_000) })
  }

  const fetchArchive = async (place: string): Promise<Uint8Array> => {
    const [, bucket = '', key = '', hash = ''] =
      /^s3:\/\/([^/]+)\/(.*?([0-9a-f]{64})\.tgz)$/.exec(place) ?? fail(78, `${place} is no place in S3.`)
    let refused = 0
    let altered = 0
    let keyless = 0
    let why = ''
    for (let attempt = 0; attempt < 9; attempt += 1) {
      // Ten thousand containers that were refused together must not come back together.
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(200 * 2 ** attempt, 10_000)))
      try {
        const keys = await findKeys().catch((error: Error) => {
          if (++keyless === 3)
            fail(
              78,
              `there are no AWS keys in this container (${error.message}). Give the job a role: MILLRACE_BATCH_JOB_ROLE, or batch: { jobRole }.`,
            )
          throw error
        })
        const answer = await request(bucket, key, keys)
        const { status } = answer
        const body = new Uint8Array(await answer.arrayBuffer())
        const home = answer.headers.get('x-amz-bucket-region')
        if (status === 200 && sha256(body) === hash) return body
        if (status === 200) {
          why = 'its content is not what its name says'
          altered += 1
          if (altered === 3) fail(75, `${place}: ${why}.`)
        } else {
          why = `S3 answered ${status} ${/<Code>(\w+)/.exec(Buffer.from(body).toString())?.[1] ?? ''}`.trim()
          if (home && home !== region) region = home
          else if (status === 403 && ++refused === 2)
            fail(78, `${place}: ${why}. Let the job's role read it (s3:GetObject), and see that it has the right keys.`)
          else if (status < 500 && status !== 403 && status !== 429 && status !== 408) fail(78, `${place}: ${why}.`)
        }
      } catch (error) {
        const { message, cause } = error as Error
        why = cause instanceof Error ? `${message} (${cause.message})` : message
      }
    }
    return fail(75, `${place}: ${why}.`)
  }

  const unpack = (tar: Buffer, folder: string): void => {
    const text = (from: number, length: number): string => tar.toString('utf8', from, from + length).split('\0', 1)[0] ?? ''
    let long = ''
    for (let at = 0; tar[at]; ) {
      const size = Number.parseInt(text(at + 124, 12), 8)
      const body = tar.subarray(at + 512, at + 512 + size)
      if (text(at + 156, 1) === 'L') long = body.toString()
      else {
        const path = join(folder, long || text(at, 100))
        fs.mkdirSync(dirname(path), { recursive: true })
        fs.writeFileSync(path, body, { mode: Number.parseInt(text(at + 100, 8), 8) })
        long = ''
      }
      at += 512 + Math.ceil(size / 512) * 512
    }
  }

  const places = (
    env.MILLRACE_CODE || fail(78, 'MILLRACE_CODE is not set: only a flow that is run --with batch can start this job.')
  ).split('\n')
  const uid = process.getuid?.() ?? 0
  const cache = join(tmpdir(), `millrace-${uid}`)
  const folder = join(cache, sha256(places.map((place) => place.slice(-68)).join()).slice(0, 32))
  fs.mkdirSync(cache, { recursive: true, mode: 0o700 })
  if (fs.lstatSync(cache).uid !== uid) fail(78, `${cache} belongs to someone else.`)
  if (!fs.existsSync(folder)) {
    const fresh = `${folder}.${randomUUID()}`
    for (const archive of await Promise.all(places.map(fetchArchive))) unpack(gunzipSync(archive), fresh)
    try {
      fs.renameSync(fresh, folder)
    } catch (error) {
      fs.rmSync(fresh, { recursive: true, force: true })
      // Another container of this machine was faster.
      if (!fs.existsSync(folder)) throw error
    }
  }
  process.chdir(folder)
  await load(pathToFileURL(join(folder, 'container.js')).href)
}

/** The command of a job whose containers are workers: `node -e` and a program that is the same for every flow, run and step. Names are not kept by any transform. */
export const bootstrapProgram: string = `(${bootstrap})(require,u=>import(u)).catch(e=>{console.error(e);process.exit(78)})`
