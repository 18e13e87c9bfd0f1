import { EventEmitter } from 'node:events';
import { sameText } from '@vms/auth/opaque-token.ts';
import { ConfigError } from '@vms/common/config-error.ts';
import { isLoopback } from '@vms/http/exposure.ts';
import type { FastifyRequest } from 'fastify';
import type { Dispatcher } from 'undici';
import { MAX_SCRAPE_TOKEN_CHARACTERS } from '../config.ts';
import type { CallerTurns } from '../proxy/caller-turns.ts';

/** Milliseconds that the api has to say who somebody is. */
const ASK_TIMEOUT_MS = 3_000;
const TOKEN = new RegExp(`^\\S{1,${MAX_SCRAPE_TOKEN_CHARACTERS}}$`);
/** What only who may read the state of the system gets an answer from. */
const RIGHT_PATH = '/api/v1/system';
/** Headers by which a proxy says that a request is somebody else's, whatever its name. */
const FORWARDING =
  /^(forwarded|via|client-ip|true-client-ip|x-real-ip|x-client-ip|x-cluster-client-ip|cf-connecting-ip|fastly-client-ip|x-original-.*|x-forwarded.*|x-envoy-.*)$/;

export interface ObserverOptions {
  readonly scrapeToken: string | undefined;
  readonly agent: Dispatcher;
  /** Base address of the api. */
  readonly api: string;
  /** Whose turn it is at the api. */
  readonly turns: CallerTurns;
}

/**
 * Whether somebody may read metrics and all of the health: a program of this machine that no proxy
 * stands before, who knows the scrape token, and who may read the state of the system by the api.
 * @throws ConfigError `config.invalid` where nobody could send the scrape token
 */
export function createObserverCheck(
  options: ObserverOptions,
): (request: FastifyRequest) => Promise<boolean> {
  const { scrapeToken, turns } = options;
  if (scrapeToken !== undefined && !TOKEN.test(scrapeToken)) {
    throw new ConfigError('config.invalid', {
      happened: `The scrape token (gateway.scrapeTokenFile) has white space, or more than ${MAX_SCRAPE_TOKEN_CHARACTERS} characters.`,
      kept: 'Nothing was started.',
      remedy: 'Make another one: openssl rand -base64 32.',
    });
  }
  return async (request) => {
    if (isFromHere(request)) return true;
    const { authorization, cookie } = request.headers;
    const [, token = ''] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
    if (scrapeToken !== undefined && TOKEN.test(token) && sameText(token, scrapeToken)) return true;
    if (authorization === undefined && cookie === undefined) return false;
    return turns.run(request.ip, new EventEmitter(), () => mayReadSystem(request, options));
  };
}

function isFromHere({ socket, headers }: FastifyRequest): boolean {
  const { remoteAddress, localAddress } = socket;
  if (remoteAddress === undefined) return false;
  // This machine may ask itself by any of its addresses.
  const isLocal =
    isLoopback(remoteAddress.replace(/^::ffff:/, '')) || remoteAddress === localAddress;
  return isLocal && !Object.keys(headers).some((name) => FORWARDING.test(name));
}

async function mayReadSystem(request: FastifyRequest, { agent, api }: ObserverOptions) {
  const { authorization, cookie } = request.headers;
  try {
    const { statusCode, body } = await agent.request({
      origin: api,
      path: RIGHT_PATH,
      method: 'GET',
      headers: {
        'x-forwarded-for': request.ip,
        ...(authorization !== undefined && { authorization }),
        ...(cookie !== undefined && { cookie }),
      },
      signal: AbortSignal.timeout(ASK_TIMEOUT_MS),
    });
    await body.dump();
    return statusCode === 200;
  } catch {
    // Nobody knows who it is.
    return false;
  }
}
