import { styleText } from 'node:util'

type Style = Parameters<typeof styleText>[0]

/** Styles text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

/** Colours for a stream: in a terminal only, and as `NO_COLOR`, `NODE_DISABLE_COLORS` and `FORCE_COLOR` say. */
export function createPaint(stream: NodeJS.WriteStream): Paint {
  const coloured = styleText('red', 'x', { stream, validateStream: true }) !== 'x'
  return coloured ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text
}
