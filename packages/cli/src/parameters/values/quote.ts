const longest = 120

/** A text in quotes for a message; a long one with its middle left out. */
export function quote(text: string): string {
  const characters = text.length > longest ? `${text.slice(0, 80)} ... ${text.slice(-20)}` : text
  return `${JSON.stringify(characters.toWellFormed())}${text.length > longest ? ` (${text.length} characters)` : ''}`
}
