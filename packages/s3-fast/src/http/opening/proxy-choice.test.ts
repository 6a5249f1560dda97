import { expect, test } from 'vitest'
import { chooseProxy, type Environment } from './proxy-choice.ts'

const origin = (url: string) => {
  const { protocol, hostname, port } = new URL(url)
  return {
    protocol: protocol as 'http:' | 'https:',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port || (protocol === 'https:' ? 443 : 80)),
  }
}
const proxyOf = (url: string, environment: Environment) => {
  const proxy = chooseProxy(origin(url), environment)
  return proxy && `${proxy.protocol}//${proxy.hostname}:${proxy.port}`
}

test('the variable for the scheme names the proxy, in lower case before upper case, then the one for all', () => {
  expect(proxyOf('https://s3.amazonaws.com', { HTTPS_PROXY: 'http://p:3128' })).toBe('http://p:3128')
  expect(proxyOf('https://s3.amazonaws.com', { https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:2' })).toBe('http://lower:1')
  expect(proxyOf('http://minio', { HTTPS_PROXY: 'http://p:3128' })).toBeUndefined()
  expect(proxyOf('http://minio', { HTTP_PROXY: 'http://q' })).toBe('http://q:80')
  expect(proxyOf('http://minio', { ALL_PROXY: 'https://[fe80::1]' })).toBe('https://fe80::1:443')
  expect(proxyOf('http://minio', { HTTP_PROXY: '', all_proxy: 'p:8080' })).toBe('http://p:8080')
  expect(proxyOf('http://minio', {})).toBeUndefined()
})

test('credentials of the URL are decoded and sent as basic', () => {
  const proxy = chooseProxy(origin('https://h'), { https_proxy: 'http://us%40er:pa%3Ass@p:1' })
  expect(Buffer.from(proxy?.authorization?.replace('Basic ', '') ?? '', 'base64').toString()).toBe('us@er:pa:ss')
  expect(chooseProxy(origin('https://h'), { https_proxy: 'http://p:1' })?.authorization).toBeUndefined()
})

test.each(['http://localhost:9000', 'http://a.localhost', 'https://127.0.0.1', 'https://127.9.9.9', 'http://[::1]:9000'])(
  '%s is never asked for through a proxy',
  (url) => {
    expect(proxyOf(url, { ALL_PROXY: 'http://p' })).toBeUndefined()
  },
)

test.each([
  ['*', true],
  ['h.example.com', true],
  ['H.Example.COM', true],
  ['example.com', true],
  ['.example.com', true],
  ['*.example.com', true],
  ['other.org, example.com', true],
  ['other.org example.com', true],
  ['example.com:443', true],
  ['example.com:80', false],
  ['ample.com', false],
  ['h.example.com.org', false],
  ['', false],
])('NO_PROXY=%s exempts https://h.example.com: %s', (list, isExempt) => {
  expect(proxyOf('https://h.example.com', { HTTPS_PROXY: 'http://p', NO_PROXY: list }) === undefined).toBe(isExempt)
})

test.each([
  ['10.1.2.3', true],
  ['10.0.0.0/8', true],
  ['10.1.2.3:9000', true],
  ['10.1.2.3:9001', false],
  ['10.2.0.0/16', false],
  ['10.0.0.0/99', false],
  ['fd00::/8', false],
  ['2.3', false],
])('NO_PROXY=%s exempts http://10.1.2.3:9000: %s', (list, isExempt) => {
  expect(proxyOf('http://10.1.2.3:9000', { HTTP_PROXY: 'http://p', NO_PROXY: list }) === undefined).toBe(isExempt)
})

test('NO_PROXY takes addresses of IPv6, in brackets or not, and networks', () => {
  for (const list of ['fd00::1', '[fd00::1]', 'fd00::/8', '[fd00::1]:9000']) {
    expect(proxyOf('http://[fd00::1]:9000', { HTTP_PROXY: 'http://p', no_proxy: list }), list).toBeUndefined()
  }
})

test.each(['socks5://user:secret@p:1080', 'http://', 'nonsense://', 'http://p:port'])(
  '%s is refused with the name of the variable, and not repeated',
  (value) => {
    const choose = () => chooseProxy(origin('https://h'), { HTTPS_PROXY: value })
    expect(choose).toThrow(TypeError)
    expect(choose).toThrow('HTTPS_PROXY')
    expect(choose).not.toThrow('secret')
  },
)
