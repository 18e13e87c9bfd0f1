import { messageOf } from '@vms/common/errors.ts';
import { z } from 'zod';
import { MAX_HEALTH_BYTES, RPC_TIMEOUT_MS } from '../bounds.ts';

const report = z.object({
  status: z.enum(['ok', 'degraded', 'failing']),
  version: z.string().max(100).optional(),
  checks: z
    .record(z.string(), z.object({ status: z.string(), message: z.string().optional() }))
    .optional(),
});

/** Checks of services whose troubles have alerts of their own: those of cameras and volumes. */
const TOLD_ELSEWHERE: Readonly<Record<string, RegExp>> = {
  ingest: /^cameras$/,
  storage: /^volume /,
};

interface Health<Status extends string> {
  readonly status: Status;
  /** What is wrong, in words; null where all is well. */
  readonly detail: string | null;
}

/** How a service is; `unreachable` where it does not answer. */
export interface ServiceHealth extends Health<'ok' | 'degraded' | 'failing' | 'unreachable'> {
  readonly name: string;
  /** The same, without what has alerts of its own: cameras and volumes. */
  readonly own: Health<'ok' | 'degraded' | 'failing'>;
}

/** Asks `GET /health` of another service, within bounded time. Never fails. */
export async function readHealth(name: string, baseUrl: string): Promise<ServiceHealth> {
  try {
    const answer = await fetch(new URL('/health', baseUrl), {
      signal: AbortSignal.timeout(RPC_TIMEOUT_MS),
      redirect: 'error',
    });
    const { status, checks = {} } = report.parse(JSON.parse(await textOf(answer)));
    const all = Object.entries(checks);
    const own = all.filter(([what]) => TOLD_ELSEWHERE[name]?.test(what) !== true);
    const ownStatus = all.length === 0 ? status : worstOf(own);
    return {
      name,
      status,
      detail: wordsOf(all),
      own: { status: ownStatus, detail: wordsOf(own) },
    };
  } catch (error) {
    const why = error instanceof SyntaxError || error instanceof z.ZodError;
    const detail = why
      ? `Something else than ${name} answers at its address.`
      : `${name} does not answer: ${messageOf(error)}.`;
    return { name, status: 'unreachable', detail, own: { status: 'failing', detail } };
  }
}

type Checks = readonly (readonly [
  string,
  { readonly status: string; readonly message?: string | undefined },
])[];

function wordsOf(checks: Checks): string | null {
  const wrong = checks.filter(([, { status }]) => status !== 'ok');
  if (wrong.length === 0) return null;
  return wrong.map(([what, { status, message }]) => message ?? `${what} is ${status}.`).join(' ');
}

function worstOf(checks: Checks): 'ok' | 'degraded' | 'failing' {
  if (checks.every(([, { status }]) => status === 'ok')) return 'ok';
  return checks.some(([, { status }]) => status === 'failing') ? 'failing' : 'degraded';
}

async function textOf(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_HEALTH_BYTES) throw new SyntaxError('too long');
  }
  return text;
}
