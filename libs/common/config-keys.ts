import type { z } from 'zod';

/** Levels of wrappers (optional, default, …) that are looked through. */
const MAX_WRAPPERS = 20;

/** `storage.volumes[0].path` */
export function describeKey(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** The keys that a schema knows at a path; none where it takes any, or is no object there. */
export function knownKeysAt(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let at = unwrap(schema);
  for (const part of path) {
    const next = child(at, part);
    if (next === undefined) return [];
    at = unwrap(next);
  }
  const { def } = internals(at);
  return def.type === 'object' && def.shape !== undefined ? Object.keys(def.shape) : [];
}

/** Characters from which on the beginning of a key stands for it. */
const MIN_PREFIX_CHARACTERS = 3;

/**
 * The known key that a person most likely meant, if one is near enough. One that begins with what was typed
 * is nearer than any other; of several the shortest.
 */
export function nearest(key: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  const start = plain(key);
  if (start.length >= MIN_PREFIX_CHARACTERS) {
    const begun = known.filter((candidate) => plain(candidate).startsWith(start));
    if (begun.length > 0) return begun.reduce((a, b) => (b.length < a.length ? b : a));
  }
  let bestDistance = Math.max(1, Math.floor(key.length / 2)) + 1;
  for (const candidate of known) {
    const distance = editDistance(plain(key), plain(candidate));
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance: insertions, deletions and replacements of single characters. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function plain(key: string): string {
  return key.toLowerCase().replaceAll(/[-_]/g, '');
}

interface Internals {
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, z.ZodType>>;
    readonly innerType?: z.ZodType;
    readonly in?: z.ZodType;
    readonly element?: z.ZodType;
    readonly valueType?: z.ZodType;
  };
}

function internals(schema: z.ZodType): Internals {
  return schema as unknown as Internals;
}

function unwrap(schema: z.ZodType): z.ZodType {
  let at = schema;
  for (let i = 0; i < MAX_WRAPPERS; i++) {
    const inner = internals(at).def.innerType ?? internals(at).def.in;
    if (inner === undefined) return at;
    at = inner;
  }
  return at;
}

function child(schema: z.ZodType, part: string | number): z.ZodType | undefined {
  const { def } = internals(schema);
  if (def.type === 'object') return def.shape?.[part];
  if (def.type === 'array') return def.element;
  if (def.type === 'record') return def.valueType;
  return undefined;
}
