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

/** How a service is; `unreachable` where it does not answer. */
export interface ServiceHealth {
  readonly name: string;
  readonly status: 'ok' | 'degraded' | 'failing' | 'unreachable';
  /** What is wrong, in words; null where all is well. */
  readonly detail: string | null;
}

/** Asks `GET /health` of another service, within bounded time. Never fails. */
export async function readHealth(name: string, baseUrl: string): Promise<ServiceHealth> {
  try {
    const answer = await fetch(new URL('/health', baseUrl), {
      signal: AbortSignal.timeout(RPC_TIMEOUT_MS),
      redirect: 'error',
    });
    const { status, checks = {} } = report.parse(JSON.parse(await textOf(answer)));
    const wrong = Object.entries(checks).filter(([, check]) => check.status !== 'ok');
    const detail = wrong.map(([what, check]) => check.message ?? `${what} is ${check.status}.`);
    return { name, status, detail: detail.length > 0 ? detail.join(' ') : null };
  } catch (error) {
    const why = error instanceof SyntaxError || error instanceof z.ZodError;
    return {
      name,
      status: 'unreachable',
      detail: why
        ? `Something else than ${name} answers at its address.`
        : `${name} does not answer: ${messageOf(error)}.`,
    };
  }
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
