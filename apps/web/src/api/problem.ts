/** A problem document (RFC 9457) as the API sends it. */
interface ProblemDocument {
  readonly status?: number;
  readonly code?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly kept?: string;
  readonly remedy?: string;
  readonly errors?: unknown;
}

/** A field that the API refused, and why (English). */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
  /** Stable, where we may have words of our own: `address.web-page`. */
  readonly code: string | undefined;
}

/**
 * A call that failed. `code` is stable and is what is translated; the rest is the fallback in
 * English. Codes of what begins in the browser start with `web.`.
 */
export class ApiProblem extends Error {
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly detail: string;
  readonly kept: string | undefined;
  readonly remedy: string | undefined;
  readonly fields: readonly FieldProblem[];

  constructor(code: string, status: number, document: ProblemDocument = {}, cause?: unknown) {
    super(document.detail ?? document.title ?? code, { cause });
    this.name = 'ApiProblem';
    this.code = code;
    this.status = status;
    this.detail = document.detail ?? document.title ?? '';
    this.kept = document.kept;
    this.remedy = document.remedy;
    this.fields = fieldsOf(document.errors);
  }
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)
    : undefined;
}

function fieldsOf(errors: unknown): FieldProblem[] {
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((entry) => {
    const fields = record(entry);
    const where = fields?.field ?? fields?.path ?? fields?.pointer;
    const path = Array.isArray(where) ? where.join('.') : where;
    if (typeof path !== 'string') return [];
    const message = fields?.message ?? fields?.detail;
    return [
      {
        field: path.replace(/^[#/.]*(body[./])?/, ''),
        message: typeof message === 'string' ? message : '',
        code: typeof fields?.code === 'string' ? fields.code : undefined,
      },
    ];
  });
}

/** Reads the body of a failed answer; whatever it is, a problem comes out. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const fields = record(body) ?? {};
  const text = (name: string): string | undefined =>
    typeof fields[name] === 'string' ? fields[name] : undefined;
  const document: Record<string, unknown> = { errors: fields.errors };
  for (const name of ['title', 'detail', 'kept', 'remedy']) {
    const value = text(name);
    if (value !== undefined) document[name] = value;
  }
  return new ApiProblem(text('code') ?? `http.${status}`, status, document);
}
