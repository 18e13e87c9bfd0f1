import { signOperatorToken } from '@vms/auth/operator-token.ts';
import { readMasterKey } from '@vms/auth/secrets.ts';
import { type Clock, systemClock } from '@vms/common/clock.ts';
import { type Explanation, messageOf, systemErrorCode, type VmsError } from '@vms/common/errors.ts';
import { type FieldFault, HttpError } from '@vms/http/http-error.ts';
import type { z } from 'zod';
import { CliError } from '../cli-error.ts';
import type { Installation } from '../commands/installation.ts';
import { serviceUrls } from '../config/configuration.ts';
import { layoutOf } from '../config/data-directory.ts';
import { ACCESS_TEXTS } from './access-texts.ts';
import { withRunningAddresses } from './running-configuration.ts';

/** Milliseconds for an answer; searching for a camera's streams takes longest. */
const CALL_TIMEOUT_MS = 35_000;
/** Bytes of an answer that are read. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An error that the API answered with: its own code, words, and which parts of the request are wrong. */
export class ProblemError extends HttpError<string> {
  constructor(code: string, explanation: Explanation, problem: Record<string, unknown>) {
    const { errors, retryAfterSeconds } = problem;
    super(code, explanation, {
      errors: Array.isArray(errors) ? errors.map(faultOf) : [],
      ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
    });
  }
}

function faultOf(sent: unknown): FieldFault {
  const { path, message, code } = Object(sent) as Record<string, unknown>;
  return {
    path: String(path),
    message: String(message),
    ...(typeof code === 'string' && { code }),
  };
}

/**
 * The API of the system that runs on a data directory, asked as its local operator: by whoever can
 * read the secrets there.
 */
export class SystemApi {
  readonly #baseUrl: string;
  readonly #dataDirectory: string;
  readonly #masterKey: Uint8Array;
  readonly #clock: Clock;

  private constructor(installation: Installation, masterKey: Uint8Array, clock: Clock) {
    this.#baseUrl = serviceUrls(withRunningAddresses(installation)).api;
    this.#dataDirectory = installation.dataDirectory;
    this.#masterKey = masterKey;
    this.#clock = clock;
  }

  /** @throws CliError `system.never-started`, `system.not-permitted`; AuthError `auth.secret-unusable` */
  static async open(installation: Installation, clock: Clock = systemClock): Promise<SystemApi> {
    const { dataDirectory } = installation;
    const masterKey = await readSecret(dataDirectory);
    if (masterKey !== undefined) return new SystemApi(installation, masterKey, clock);
    throw new CliError('system.never-started', ACCESS_TEXTS.neverStarted, {
      values: { data: dataDirectory },
    });
  }

  /** Whether the API answers at all. */
  async isRunning(): Promise<boolean> {
    try {
      const answer = await fetch(new URL('/health', this.#baseUrl), {
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
      await answer.body?.cancel();
      return true;
    } catch {
      return false;
    }
  }

  /** Whether what answers is the system on this data directory. */
  async isOurs(): Promise<boolean> {
    try {
      return (await this.#ask('GET', '/system', undefined)).status === 200;
    } catch (error) {
      if (error instanceof CliError) return false;
      throw error;
    }
  }

  /**
   * Calls the API and checks what it answers.
   * @throws ProblemError what the API answers with; CliError `system.not-running`,
   *   `system.other-data-directory`, `system.answer-not-understood`
   */
  async call<Schema extends z.ZodType>(
    method: Method,
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<z.output<Schema>> {
    const { status, json } = await this.#ask(method, path, body);
    if (status >= 400) throw this.#problem(status, json);
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw this.#notUnderstood();
  }

  async #ask(method: Method, path: string, body: object | undefined) {
    const token = signOperatorToken(this.#masterKey, this.#clock.now());
    try {
      const answer = await fetch(new URL(`/api/v1${path}`, this.#baseUrl), {
        method,
        redirect: 'error',
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await textOf(answer);
      return { status: answer.status, json: text === '' ? null : jsonOf(text) };
    } catch (error) {
      if (error instanceof CliError) throw error;
      throw this.#unreachable(error);
    }
  }

  #problem(status: number, json: unknown): VmsError {
    const problem = typeof json === 'object' && json !== null ? { ...json } : {};
    const { code, detail, kept, remedy } = problem as Record<string, unknown>;
    if (typeof code !== 'string' || typeof detail !== 'string') return this.#notUnderstood();
    if (status === 401) {
      return new CliError('system.other-data-directory', ACCESS_TEXTS.otherDataDirectory, {
        values: { url: this.#baseUrl, data: this.#dataDirectory },
      });
    }
    const explanation = {
      happened: detail,
      ...(typeof kept === 'string' && { kept }),
      ...(typeof remedy === 'string' && { remedy }),
    };
    return new ProblemError(code, explanation, problem as Record<string, unknown>);
  }

  #unreachable(cause: unknown): CliError {
    const reason = cause instanceof Error ? cause.cause : undefined;
    const isTimeout = cause instanceof Error && cause.name === 'TimeoutError';
    return new CliError(
      isTimeout ? 'system.no-answer' : 'system.not-running',
      isTimeout ? ACCESS_TEXTS.noAnswer : ACCESS_TEXTS.notRunning,
      {
        cause,
        values: {
          url: this.#baseUrl,
          data: this.#dataDirectory,
          reason: systemErrorCode(reason) ?? messageOf(reason ?? cause),
          seconds: CALL_TIMEOUT_MS / 1000,
        },
      },
    );
  }

  #notUnderstood(): CliError {
    return new CliError('system.answer-not-understood', ACCESS_TEXTS.notUnderstood, {
      values: { url: this.#baseUrl },
    });
  }
}

/** The master key, with a message of ours where this user may not read it. */
async function readSecret(dataDirectory: string): Promise<Uint8Array | undefined> {
  try {
    return await readMasterKey(layoutOf(dataDirectory).secrets);
  } catch (error) {
    const code = error instanceof Error ? systemErrorCode(error.cause) : undefined;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new CliError('system.not-permitted', ACCESS_TEXTS.notPermitted, {
      cause: error,
      values: { data: dataDirectory },
    });
  }
}

async function textOf(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_ANSWER_BYTES) throw new RangeError('The answer is too long.');
  }
  return text;
}

/** Undefined, which no answer of ours is, where it is no JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
