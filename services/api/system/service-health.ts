import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { request as requestTls } from 'node:https';
import type { EpochMs } from '@vms/common/clock.ts';
import { messageOf } from '@vms/common/errors.ts';
import { z } from 'zod';
import { MAX_HEALTH_BYTES, RPC_TIMEOUT_MS } from '../bounds.ts';

const report = z.object({
  status: z.enum(['ok', 'degraded', 'failing']),
  version: z.string().max(100).optional(),
  checks: z
    .record(
      z.string(),
      z.object({
        status: z.string(),
        message: z.string().optional(),
        values: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .optional(),
});

/** What the gateway tells of the certificate that browsers get. */
const certificateValues = z.object({ expiresAt: z.number(), renewBy: z.number(), own: z.number() });

/** Checks of a service that only repeat what others tell of themselves. */
const REPEATED: Readonly<Record<string, RegExp>> = {
  gateway: /^(api|ingest|storage|stream)$/,
};

/** Checks whose troubles have alerts of their own: those of cameras, volumes and the certificate. */
const TOLD_ELSEWHERE: Readonly<Record<string, RegExp>> = {
  gateway: /^certificate$/,
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
  /** The same, without what has alerts of its own. */
  readonly own: Health<'ok' | 'degraded' | 'failing'>;
  /** Of the gateway: the certificate that browsers get, where it is not one that renews itself. */
  readonly certificate?: OwnCertificate | undefined;
}

export interface OwnCertificate {
  readonly expiresAt: EpochMs;
  /** From when it is worth telling that nobody has renewed it. */
  readonly renewBy: EpochMs;
  readonly detail: string;
}

/** Asks `GET /health` of another service, within bounded time. Never fails. */
export async function readHealth(name: string, baseUrl: string): Promise<ServiceHealth> {
  try {
    const text = await ask(new URL('/health', baseUrl));
    const { status, checks = {} } = report.parse(JSON.parse(text));
    const told = Object.entries(checks);
    const all = told.filter(([what]) => REPEATED[name]?.test(what) !== true);
    const own = all.filter(([what]) => TOLD_ELSEWHERE[name]?.test(what) !== true);
    const statusOf = (some: Checks) => (told.length === 0 ? status : worstOf(some));
    return {
      name,
      status: statusOf(all),
      detail: wordsOf(all),
      own: { status: statusOf(own), detail: wordsOf(own) },
      certificate: name === 'gateway' ? certificateOf(checks.certificate) : undefined,
    };
  } catch (error) {
    const why = error instanceof SyntaxError || error instanceof z.ZodError;
    const detail = why
      ? `Something else than ${name} answers at its address.`
      : `${name} does not answer: ${messageOf(error)}.`;
    return { name, status: 'unreachable', detail, own: { status: 'failing', detail } };
  }
}

interface Check {
  readonly status: string;
  readonly message?: string | undefined;
  readonly values?: Readonly<Record<string, unknown>> | undefined;
}

type Checks = readonly (readonly [string, Check])[];

function certificateOf(check: Check | undefined): OwnCertificate | undefined {
  const { data } = certificateValues.safeParse(check?.values);
  if (data === undefined || data.own !== 1) return undefined;
  const { expiresAt, renewBy } = data;
  return { expiresAt, renewBy, detail: check?.message ?? '' };
}

function wordsOf(checks: Checks): string | null {
  const wrong = checks.filter(([, { status }]) => status !== 'ok');
  if (wrong.length === 0) return null;
  return wrong.map(([what, { status, message }]) => message ?? `${what} is ${status}.`).join(' ');
}

function worstOf(checks: Checks): 'ok' | 'degraded' | 'failing' {
  if (checks.every(([, { status }]) => status === 'ok')) return 'ok';
  return checks.some(([, { status }]) => status === 'failing') ? 'failing' : 'degraded';
}

/** The gateway's certificate is for the names that browsers use: here only its words are wanted. */
async function ask(url: URL): Promise<string> {
  const options = { agent: false, signal: AbortSignal.timeout(RPC_TIMEOUT_MS) };
  const asked =
    url.protocol === 'https:'
      ? requestTls(url, { ...options, rejectUnauthorized: false })
      : request(url, options);
  const [answer] = (await once(asked.end(), 'response')) as [IncomingMessage];
  asked.on('error', () => {}); // Of an answer that was cut off: reading it tells.
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_HEALTH_BYTES) throw new SyntaxError('too long');
  }
  return text;
}
