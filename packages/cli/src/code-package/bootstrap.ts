/** A credential of the job's role. */
interface Keys {
  readonly AccessKeyId: string | undefined
  readonly SecretAccessKey: string | undefined
  readonly Token?: string | undefined
}

interface Answer {
  readonly status: number
  readonly body: Buffer
  /** Where S3 says that the bucket is. */
  readonly home: string | undefined
}

/**
 * What a container runs first: fetches the archives that `MILLRACE_CODE` names, with the keys of the job's role, checks their hashes, unpacks them, and starts `container.js`.
 * It stands alone: its text is the job's command, so it may use nothing but Node's own modules, by way of `require`. Archives that are unpacked already are used again.
 * It speaks HTTP by `node:http`: Node's `fetch` takes as much time to load as Node itself.
 *
 * Exit codes: 75 where another attempt may succeed, which AWS Batch then makes; 78 where it cannot.
 */
async function bootstrap(require: NodeJS.Require, load: (url: string) => Promise<unknown>): Promise<void> {
  const { createHash, createHmac, randomUUID } = require('node:crypto') as typeof import('node:crypto')
  const fs = require('node:fs') as typeof import('node:fs')
  const { dirname, join } = require('node:path') as typeof import('node:path')
  const { env } = process
  const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
  const hmac = (key: string | Uint8Array, data: string): Buffer => createHmac('sha256', key).update(data).digest()
  const fail = (code: number, text: string): never => {
    console.error(`Millrace could not fetch the flow's code: ${text}`)
    process.exit(code)
  }

  const send = (url: string, headers: Record<string, string>, { method = 'GET', timeoutMs = 2_000 } = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { request } = require(url.startsWith('https:') ? 'https' : 'http') as typeof import('node:http')
      request(url, { method, headers, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
        const parts: Buffer[] = []
        answer
          .on('data', (part: Buffer) => parts.push(part))
          .on('error', reject)
          .on('end', () =>
            resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts), home: answer.headers['x-amz-bucket-region'] as string }),
          )
      })
        .on('error', reject)
        .end()
    })

  const ask = async (url: string, headers: Record<string, string>, options = {}): Promise<string> => {
    const { status, body } = await send(url, headers, options)
    if (status !== 200) throw new Error(`${url} answered ${status}`)
    return body.toString().trim()
  }

  /** Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html */
  const findKeys = async (): Promise<Keys> => {
    if (env.AWS_ACCESS_KEY_ID)
      return { AccessKeyId: env.AWS_ACCESS_KEY_ID, SecretAccessKey: env.AWS_SECRET_ACCESS_KEY, Token: env.AWS_SESSION_TOKEN }
    const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
    const url = relative ? `http://169.254.170.2${relative}` : env.AWS_CONTAINER_CREDENTIALS_FULL_URI
    if (url) {
      const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
      const authorization = file ? fs.readFileSync(file, 'utf8').trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN
      return JSON.parse(await ask(url, authorization ? { authorization } : {}, { timeoutMs: 5_000 }))
    }
    const meta = 'http://169.254.169.254/latest/'
    const token = {
      'x-aws-ec2-metadata-token': await ask(`${meta}api/token`, { 'x-aws-ec2-metadata-token-ttl-seconds': '300' }, { method: 'PUT' }),
    }
    const roles = `${meta}meta-data/iam/security-credentials/`
    return JSON.parse(await ask(roles + (await ask(roles, token)), token))
  }

  let region = env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1'
  const get = (bucket: string, key: string, { AccessKeyId, SecretAccessKey, Token }: Keys): Promise<Answer> => {
    const custom = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL
    const domain = `s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`
    const base = custom ? custom.replace(/\/$/, '') : `https://${bucket.includes('.') ? '' : `${bucket}.`}${domain}`
    const path = custom || bucket.includes('.') ? `${bucket}/${key}` : key
    const encoded = encodeURIComponent(path).replace(/%2F|[!'()*]/g, (c) => (c[1] ? '/' : `%${c.charCodeAt(0).toString(16).toUpperCase()}`))
    const { href, host, pathname } = new URL(`${base}/${encoded}`)
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const headers: Record<string, string> = { host, 'x-amz-content-sha256': sha256(''), 'x-amz-date': date }
    if (Token) headers['x-amz-security-token'] = Token
    const names = Object.keys(headers)
    const scope = `${date.slice(0, 8)}/${region}/s3/aws4_request`
    const canonical = ['GET', pathname, '', ...names.map((name) => `${name}:${headers[name]}`), '', names.join(';'), sha256('')].join('\n')
    const signing = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${SecretAccessKey}`)
    const signature = hmac(signing, ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n')).toString('hex')
    headers.authorization = `AWS4-HMAC-SHA256 Credential=${AccessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
    return send(href, headers, { timeoutMs: 120_000 })
  }

  let asked: Promise<Keys> | undefined
  const fetchArchive = async (place: string): Promise<Uint8Array> => {
    const [, bucket = '', key = '', hash = ''] =
      /^s3:\/\/([^/]+)\/(.*?([0-9a-f]{64})\.tgz)$/.exec(place) ?? fail(78, `${place} is no place in S3.`)
    const failures: Record<string, number> = {}
    const count = (kind: number, most: number, code: number, text: string): void => {
      failures[kind] = (failures[kind] ?? 0) + 1
      if (failures[kind] === most) fail(code, text)
    }
    for (let waitMs = 400; ; waitMs = Math.min(waitMs * 2, 10_000)) {
      try {
        asked ??= findKeys()
        const keys = await asked.catch((error: Error) =>
          count(
            1,
            3,
            78,
            `there are no AWS keys in this container (${error.message}). Give the job a role: MILLRACE_BATCH_JOB_ROLE, or batch: { jobRole }.`,
          ),
        )
        if (keys) {
          const { status, body, home } = await get(bucket, key, keys)
          const why = `${place}: S3 answered ${status} ${/<Code>(\w+)/.exec(body.toString())?.[1]}.`
          if (status === 200) {
            if (sha256(body) === hash) return body
            count(status, 3, 75, `${place}: its content is not what its name says.`)
          } else if (home && home !== region) {
            region = home
            count(2, 3, 78, why)
          } else if (status === 403)
            count(status, 2, 78, `${why} Let the job's role read it (s3:GetObject), and see that it has the right keys.`)
          else if (status > 499 || status === 429 || status === 408) count(0, 9, 75, why)
          else fail(78, why)
        }
      } catch (error) {
        count(0, 9, 75, `${place}: ${(error as Error).message}.`)
      }
      asked = undefined
      // Ten thousand containers that were refused together must not come back together.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * waitMs))
    }
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
  const cache = join(require('node:os').tmpdir(), `millrace-${uid}`)
  const folder = join(cache, sha256(places.map((place) => place.slice(-68)).join()).slice(0, 32))
  fs.mkdirSync(cache, { recursive: true, mode: 0o700 })
  if (fs.lstatSync(cache).uid !== uid) fail(78, `${cache} belongs to someone else.`)
  if (!fs.existsSync(folder)) {
    const fresh = `${folder}.${randomUUID()}`
    for (const archive of await Promise.all(places.map(fetchArchive))) unpack(require('node:zlib').gunzipSync(archive), fresh)
    try {
      fs.renameSync(fresh, folder)
    } catch (error) {
      fs.rmSync(fresh, { recursive: true, force: true })
      // Another container of this machine was faster.
      if (!fs.existsSync(folder)) throw error
    }
  }
  process.chdir(folder)
  await load(require('node:url').pathToFileURL(join(folder, 'container.js')).href)
}

/** The command of a job whose containers are workers: `node -e` and a program that is the same for every flow, run and step. Names are not kept by any transform. */
export const bootstrapProgram: string = `(${bootstrap})(require,u=>import(u)).catch(e=>{console.error(e);process.exit(78)})`
