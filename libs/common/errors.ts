/** What a person is told: what happened, what was kept, what to do. */
export interface Explanation {
  /** One sentence: what happened. */
  readonly happened: string;
  /** What was kept or is still safe, where that is in question. */
  readonly kept?: string;
  /** What the person can do about it. */
  readonly remedy?: string;
}

/**
 * Base of every error that the product raises on purpose. Each library derives one class and lists
 * its codes; a code is stable (`camera.not-found`), is what clients translate, and is mapped to HTTP
 * in one place (libs/http/problem.ts).
 */
export class VmsError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly explanation: Explanation;

  constructor(code: Code, explanation: Explanation | string, options?: { cause?: unknown }) {
    const parts = typeof explanation === 'string' ? { happened: explanation } : explanation;
    super([parts.happened, parts.kept, parts.remedy].filter(Boolean).join(' '), options);
    this.name = new.target.name;
    this.code = code;
    this.explanation = parts;
  }
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` of a Node system error (`ENOSPC`, `EADDRINUSE`), if it is one. */
export function systemErrorCode(thrown: unknown): string | undefined {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') {
    return thrown.code;
  }
  return undefined;
}
