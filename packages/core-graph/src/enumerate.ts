/** Names for a message that says what there is: `1, 2, 3 and 4 more`. At most `most` are shown; default 10. */
export function enumerate(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most).join(', ')
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}
