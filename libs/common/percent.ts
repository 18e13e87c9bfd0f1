/** One escape, where the text is looked at. */
const ESCAPES = /%[0-9a-f]{2}/iy;

/** A text, and whether every `%` in it begins an escape. */
export interface Unescaped {
  readonly text: string;
  /** An escape was decoded. */
  readonly decoded: boolean;
  /** A `%` that begins no escape of UTF-8 was left as it is. */
  readonly literal: boolean;
}

/**
 * Decodes each valid escape separately (RFC 3986 §2.1, UTF-8); any other `%` stays. Unlike
 * decodeURIComponent one wrong `%` does not leave all others as they are.
 */
export function unescapeEach(text: string): Unescaped {
  let result = '';
  let decoded = false;
  let literal = false;
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '%') {
      result += text[at++];
      continue;
    }
    const length = characterLength(text, at);
    const character = length === 0 ? undefined : decode(text.slice(at, at + 3 * length));
    if (character === undefined) {
      literal = true;
      result += text[at++];
    } else {
      decoded = true;
      result += character;
      at += 3 * length;
    }
  }
  return { text: result, decoded, literal };
}

/** Escapes of the UTF-8 character that begins here, by its first byte; 0 where none does. */
function characterLength(text: string, at: number): number {
  ESCAPES.lastIndex = at;
  if (!ESCAPES.test(text)) return 0;
  const byte = Number.parseInt(text.slice(at + 1, at + 3), 16);
  if (byte < 0x80) return 1;
  if (byte >= 0xf0) return 4;
  return byte >= 0xe0 ? 3 : 2;
}

function decode(escapes: string): string | undefined {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return undefined;
  }
}
