import type { Text, Values } from '../../language/text.ts';

/** `warning`: it works, and may not always. `bad`: it does not, or recordings may be lost. */
export type FindingState = 'ok' | 'warning' | 'bad';

/** What was found of one thing, in words, with what to do. */
export interface Finding {
  /** Stable: `node`, `data`, `volume`, `port`, … */
  readonly id: string;
  readonly state: FindingState;
  readonly text: Text;
  readonly remedy?: Text;
  readonly values: Values;
}

/** A text of a table, with its remedy. */
export interface FindingText {
  readonly state: FindingState;
  readonly text: Text;
  readonly remedy?: Text;
}

export function found(id: string, finding: FindingText, values: Values = {}): Finding {
  return { id, ...finding, values };
}
