/**
 * What a font draws: neither a control or format character (zero-width, bidirectional), nor a space or a filler.
 * Unicode counts U+2800, an empty braille cell, as a symbol.
 */
const VISIBLE = /[^\p{Cc}\p{Cf}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Whether a name shows anything. What joins emoji or turns the direction of a text is allowed beside visible
 * characters, and is no name alone.
 */
export function hasVisibleCharacter(name: string): boolean {
  return VISIBLE.test(name);
}
