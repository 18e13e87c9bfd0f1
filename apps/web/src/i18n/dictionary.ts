import type { en } from './en.ts';

/** Names a text. */
export type Key = keyof typeof en;

/** Every text in one language. */
export type Dictionary = Readonly<Record<Key, string>>;
