/**
 * Gives memory back at once that nobody looks at any more. The garbage collector would come for it later, and until then every page and every request
 * would take memory that the system has to clear first: in a scan that costs more than decoding numbers does.
 *
 * Memory that is shared with other views (Node's pool of small buffers) is left alone.
 */
export function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength || byteLength < leastBytes) return
  buffer.transfer(0)
}

/** Smaller pieces are not worth the call, and may be of the pool. */
const leastBytes = 65_536
