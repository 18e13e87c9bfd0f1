import { VmsError } from '@vms/common/errors.ts';
import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ERROR_CATALOGUE } from './error-catalogue.ts';
import { type FieldFault, HttpError, RemoteError } from './http-error.ts';

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** Faults of a request that one answer names. */
export const MAX_FIELD_FAULTS = 20;

/** Problem details (RFC 9457), with members of our own from `code` on. */
export interface Problem {
  /** `urn:vms:error:<code>` */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What happened, in English. Clients translate `code`. */
  readonly detail: string;
  /** `urn:vms:request:<request id>`, to be found in the log. */
  readonly instance: string;
  /** Stable, such as `camera.not-found`: docs/api/errors.md. */
  readonly code: string;
  /** What the person can do. */
  readonly remedy?: string;
  /** What was kept. */
  readonly kept?: string;
  /** Which parts of the request are wrong. */
  readonly errors?: readonly FieldFault[];
  readonly retryAfterSeconds?: number;
}

/**
 * Whatever was thrown, as a problem. What is not meant for the caller (unknown errors, codes outside
 * of the catalogue) becomes `http.internal` and says nothing of the inside.
 */
export function toProblem(thrown: unknown, requestId: string): Problem {
  const error = meantForCaller(thrown);
  const entry = ERROR_CATALOGUE[error.code] ?? { status: 500, title: 'Internal error' };
  const { happened, remedy, kept } = error.explanation;
  return {
    type: `urn:vms:error:${error.code}`,
    title: entry.title,
    status: entry.status,
    detail: happened,
    instance: `urn:vms:request:${requestId}`,
    code: error.code,
    ...(remedy !== undefined && { remedy }),
    ...(kept !== undefined && { kept }),
    ...(error instanceof HttpError && error.errors !== undefined && { errors: error.errors }),
    ...(error instanceof HttpError &&
      error.retryAfterSeconds !== undefined && { retryAfterSeconds: error.retryAfterSeconds }),
  };
}

function meantForCaller(thrown: unknown): VmsError {
  if (thrown instanceof VmsError && thrown.code in ERROR_CATALOGUE) return thrown;
  // A code of another service that means nothing here; its words were made for people.
  if (thrown instanceof RemoteError) {
    return new HttpError('rpc.failed', thrown.explanation, { cause: thrown });
  }
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const where = 'validationContext' in thrown ? String(thrown.validationContext) : 'request';
    return invalidRequest(
      thrown.validation.slice(0, MAX_FIELD_FAULTS).map((fault) => ({
        path: fieldPath(where, fault.instancePath),
        message: fault.message ?? 'is not valid',
      })),
    );
  }
  return ofFramework(thrown) ?? internal();
}

/** Errors of Fastify itself, by their code. */
function ofFramework(thrown: unknown): VmsError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code, statusCode } = thrown as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || statusCode === 413) {
    return bodyTooLarge();
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || statusCode === 415) {
    return new HttpError('http.media-type-not-supported', {
      happened: 'The content type of the request is not supported here.',
      remedy: 'Send JSON with the header “Content-Type: application/json”.',
    });
  }
  if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
  if (statusCode === 404) return notFound();
  return invalidRequest(
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY'
      ? [{ path: 'body', message: 'is empty' }]
      : [{ path: 'request', message: 'cannot be read; check that the body is valid JSON' }],
  );
}

function fieldPath(where: string, pointer: string): string {
  const name = where === 'querystring' ? 'query' : where;
  return [name, ...pointer.split('/').filter(Boolean)].join('.');
}

export function bodyTooLarge(): HttpError {
  return new HttpError('http.body-too-large', {
    happened: 'The request is larger than this address takes.',
    remedy: 'Send less at a time.',
  });
}

/** `http.invalid-request` with what is wrong where. */
export function invalidRequest(errors: readonly FieldFault[]): HttpError {
  const [first] = errors;
  return new HttpError(
    'http.invalid-request',
    {
      happened:
        first === undefined
          ? 'The request is not valid.'
          : `The request is not valid: ${first.path}: ${first.message}.`,
      remedy: 'Correct it and send it again.',
    },
    { errors },
  );
}

export function notFound(): HttpError {
  return new HttpError('http.not-found', {
    happened: 'There is nothing at this address.',
    remedy: 'See /api/v1/docs for what there is.',
  });
}

function internal(): HttpError {
  return new HttpError('http.internal', {
    happened: 'The request failed because of a fault in the server.',
    remedy: 'Try again. If it stays, look for the request id of “instance” in the log.',
  });
}
