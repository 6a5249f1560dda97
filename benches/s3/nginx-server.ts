import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type BucketContents, smallKey } from './bucket-contents.ts'
import { freePort } from './free-port.ts'
import { writeListing } from './listing-pages.ts'
import type { S3Server } from './s3-server.ts'
import { issueCertificate } from './self-signed-certificate.ts'

/** Whether nginx with WebDAV is installed (Debian's nginx-light has it). */
export function hasNginx(): boolean {
  return spawnSync('nginx', ['-V'], { encoding: 'utf8' }).stderr?.includes('http_dav_module') ?? false
}

const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

/**
 * nginx as an S3 that costs next to nothing: files as objects, WebDAV for PUT, written pages for listings and for the answers that begin and complete
 * a multipart upload (each part is stored, they are not put together). It verifies no signature. One worker, so that a core is left for the client.
 */
export async function startNginx(folder: string, contents: BucketContents): Promise<S3Server> {
  const listedCount = 100_000
  const lists = join(folder, 'root/lists')
  const keysBelow = (name: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${name}/${smallKey(index)}`)
  for (const [name, count] of [
    ['small', contents.smallCount],
    ['few', contents.fewCount],
    ['many', listedCount],
    ['empty', 0],
  ] as const) {
    writeListing(lists, { name, sizeBytes: contents.smallBytes, keys: keysBelow(name, count) })
  }
  const { keyFile, certFile } = issueCertificate(folder)
  const [port, tlsPort] = [await freePort(), await freePort()]
  const temporary = join(folder, 'temporary')
  mkdirSync(temporary, { recursive: true })
  const configuration = join(folder, 'nginx.conf')
  writeFileSync(
    configuration,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log; ${process.getuid?.() === 0 ? 'user root;' : ''}
events { worker_connections 1024; }
http {
  access_log off; sendfile on; keepalive_requests 100000000; client_max_body_size 0;
  client_body_temp_path ${temporary}; proxy_temp_path ${temporary}/p; fastcgi_temp_path ${temporary}/f; uwsgi_temp_path ${temporary}/u; scgi_temp_path ${temporary}/s;
  types {} default_type application/octet-stream;
  map $request_method $written_etag { PUT '"0123456789abcdef0123456789abcdef-1"'; default ''; }
  server {
    listen 127.0.0.1:${port}; listen 127.0.0.1:${tlsPort} ssl;
    ssl_certificate ${certFile}; ssl_certificate_key ${keyFile}; ssl_protocols TLSv1.3;
    root ${folder}/root;
    location ~ ^/bench/?$ {
      if ($args ~ "continuation-token=(?<page>[a-z]+-[0-9]+)") { rewrite ^ /lists/$page.xml last; }
      if ($args ~ "prefix=(?<below>small|few|many)(%2F|/)?(&|$)") { rewrite ^ /lists/$below-0.xml last; }
      rewrite ^ /lists/empty-0.xml last;
    }
    location /lists/ { internal; default_type application/xml; }
    location /bench/ {
      error_page 418 = @multipart;
      if ($request_method = POST) { return 418; }
      add_header ETag $written_etag;
      dav_methods PUT DELETE; create_full_put_path on;
    }
    location @multipart {
      default_type application/xml;
      if ($args ~ "(^|&)uploads") { return 200 '<InitiateMultipartUploadResult ${namespace}><Bucket>bench</Bucket><Key>k</Key><UploadId>upload</UploadId></InitiateMultipartUploadResult>'; }
      return 200 '<CompleteMultipartUploadResult ${namespace}><Bucket>bench</Bucket><Key>k</Key><ETag>"0123456789abcdef0123456789abcdef-2"</ETag></CompleteMultipartUploadResult>';
    }
  }
}
`,
  )
  const server = spawn('nginx', ['-p', folder, '-c', configuration], { stdio: ['ignore', 'ignore', 'inherit'] })
  while (!(await answers(port))) {
    if (server.exitCode !== null) throw new Error(`nginx ended with ${server.exitCode}; ${folder}/error.log may say why`)
    await setTimeout(50)
  }
  return {
    name: `${spawnSync('nginx', ['-v'], { encoding: 'utf8' }).stderr.trim().replace('nginx version: ', '')} over a tmpfs, one worker`,
    url: `http://127.0.0.1:${port}`,
    tlsUrl: `https://127.0.0.1:${tlsPort}`,
    caFile: certFile,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench-secret' },
    listedCount,
    wantsSignatures: false,
    async [Symbol.asyncDispose]() {
      server.kill('SIGTERM')
      if (server.exitCode === null) await once(server, 'exit')
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const settle = (isThere: boolean) => () => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', settle(true)).once('error', settle(false))
  })
}
