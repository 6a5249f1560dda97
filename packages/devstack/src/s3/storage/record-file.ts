import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const magic = Buffer.from('MRDEVS3\u0001', 'latin1')
const footerBytes = 4 + magic.length
const firstReadBytes = 4_096

/** What follows the bytes of an object in its file: a record as JSON, its length in 4 bytes big-endian, and 8 bytes that mark the format. */
export function encodeTrailer(record: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(record))
  const trailer = Buffer.allocUnsafe(json.length + footerBytes)
  json.copy(trailer)
  trailer.writeUInt32BE(json.length, json.length)
  magic.copy(trailer, json.length + 4)
  return trailer
}

/** Reads the record of a file, or gives `undefined` for one that is torn or foreign. */
export function readRecord(path: string): unknown {
  const descriptor = openSync(path, 'r')
  try {
    const { size } = fstatSync(descriptor)
    let tail = readTail(descriptor, size, Math.min(size, firstReadBytes))
    if (tail.length < footerBytes || !tail.subarray(-magic.length).equals(magic)) return undefined
    const jsonBytes = tail.readUInt32BE(tail.length - footerBytes)
    if (jsonBytes + footerBytes > size) return undefined
    if (jsonBytes + footerBytes > tail.length) tail = readTail(descriptor, size, jsonBytes + footerBytes)
    return JSON.parse(tail.toString('utf8', tail.length - footerBytes - jsonBytes, tail.length - footerBytes))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  } finally {
    closeSync(descriptor)
  }
}

function readTail(descriptor: number, fileBytes: number, bytes: number): Buffer {
  const tail = Buffer.allocUnsafe(bytes)
  return tail.subarray(0, readSync(descriptor, tail, 0, bytes, fileBytes - bytes))
}
