/** Scripts that run from right to left (Hebrew, Arabic, Syriac, Thaana, N’Ko …), and what steers direction. */
const MAY_TURN = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;
/** Marks that open or close an embedding, an override or an isolate. */
const STEERING = /[\u202A-\u202E\u2066-\u2069]/gu;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_DIRECTIONAL_ISOLATE = '\u2069';

/**
 * A name of somebody else within our own sentence: its direction turns nothing around it (Unicode
 * UAX #9, isolates). Names that cannot are left as they are.
 */
export function isolate(text: string): string {
  if (!MAY_TURN.test(text)) return text;
  return FIRST_STRONG_ISOLATE + text.replace(STEERING, '') + POP_DIRECTIONAL_ISOLATE;
}
