import type { DescService } from '@bufbuild/protobuf';
import {
  type Client,
  Code,
  ConnectError,
  type ConnectRouter,
  createClient,
  type Interceptor,
} from '@connectrpc/connect';
import { fastifyConnectPlugin } from '@connectrpc/connect-fastify';
import { createConnectTransport } from '@connectrpc/connect-node';
import { sameText } from '@vms/auth/opaque-token.ts';
import { type Explanation, VmsError } from '@vms/common/errors.ts';
import { type Logger, silentLogger } from '@vms/common/logger.ts';
import { HttpError, RemoteError } from './http-error.ts';
import type { HttpServer } from './http-server.ts';

/** Bytes of the largest message of a call: 200 cameras or 500 runs take under 200 KB. */
export const MAX_RPC_BYTES = 4 * 1024 * 1024;
/** Milliseconds after which a call is given up where the caller names no other. */
export const DEFAULT_RPC_TIMEOUT_MS = 5_000;
/** Milliseconds that a server lets any call run. */
export const MAX_RPC_TIMEOUT_MS = 60_000;
/** Characters of the explanation of an error that travels with it. */
const MAX_EXPLANATION_CHARACTERS = 4096;
const ERROR_HEADER = 'vms-error';

/**
 * Serves Connect calls (HTTP/1.1, JSON and binary) at `/<package>.<Service>/<Method>`, for whoever
 * shows the internal token. A VmsError that a handler throws arrives at the caller with its code and
 * explanation; any other is logged and says nothing of the inside.
 */
export async function registerRpc(
  server: HttpServer,
  routes: (router: ConnectRouter) => void,
  internalToken: string,
  logger: Logger = silentLogger,
): Promise<void> {
  await server.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, action: 'rpc.call' };
      route.schema = { ...route.schema, hide: true } as object;
    });
    scope.addHook('onRequest', async (request) => {
      if (isInternalCall(request.headers.authorization, internalToken)) return;
      throw new HttpError('auth.not-signed-in', 'Internal calls need the internal token.');
    });
    await scope.register(fastifyConnectPlugin, {
      routes,
      grpc: false,
      grpcWeb: false,
      readMaxBytes: MAX_RPC_BYTES,
      writeMaxBytes: MAX_RPC_BYTES,
      maxTimeoutMs: MAX_RPC_TIMEOUT_MS,
      interceptors: [sendErrors(logger)],
    });
  });
}

/** Whether an Authorization header carries the internal token. */
export function isInternalCall(authorization: string | undefined, internalToken: string): boolean {
  return authorization?.startsWith('Bearer ') === true
    ? sameText(authorization.slice('Bearer '.length), internalToken)
    : false;
}

export interface RpcClientOptions {
  /** `http://127.0.0.1:9092` */
  readonly baseUrl: string;
  readonly internalToken: string;
  /** Default {@link DEFAULT_RPC_TIMEOUT_MS}. A call may be given another. */
  readonly timeoutMs?: number;
}

/**
 * A typed client of another service. Calls throw HttpError `rpc.unreachable`, `rpc.timeout` or
 * `rpc.failed`, or a RemoteError with the code that the other side raised.
 */
export function createRpcClient<Service extends DescService>(
  service: Service,
  options: RpcClientOptions,
): Client<Service> {
  const transport = createConnectTransport({
    httpVersion: '1.1',
    baseUrl: options.baseUrl,
    useBinaryFormat: true,
    acceptCompression: [],
    readMaxBytes: MAX_RPC_BYTES,
    writeMaxBytes: MAX_RPC_BYTES,
    defaultTimeoutMs: options.timeoutMs ?? DEFAULT_RPC_TIMEOUT_MS,
    interceptors: [showToken(options.internalToken)],
  });
  return explainErrors(service, createClient(service, transport));
}

function showToken(internalToken: string): Interceptor {
  return (next) => (request) => {
    request.header.set('authorization', `Bearer ${internalToken}`);
    return next(request);
  };
}

function sendErrors(logger: Logger): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      if (!(error instanceof VmsError)) {
        const call = `${request.service.typeName}/${request.method.name}`;
        if (!(error instanceof ConnectError)) logger.error({ error, call }, 'A call failed.');
        throw error;
      }
      const { code, explanation } = error;
      const told = encodeURIComponent(JSON.stringify({ code, explanation }));
      throw new ConnectError(
        error.message,
        Code.FailedPrecondition,
        told.length <= MAX_EXPLANATION_CHARACTERS ? { [ERROR_HEADER]: told } : undefined,
      );
    }
  };
}

/** The transport turns whatever an interceptor throws into its own errors, so this wraps the client. */
function explainErrors<Service extends DescService>(
  service: Service,
  client: Client<Service>,
): Client<Service> {
  const wrapped = client as Record<string, (...args: unknown[]) => unknown>;
  for (const method of service.methods) {
    const call = wrapped[method.localName];
    if (method.methodKind !== 'unary' || call === undefined) continue;
    wrapped[method.localName] = async (...args: unknown[]) => {
      try {
        return await call(...args);
      } catch (cause) {
        throw explain(service.typeName, ConnectError.from(cause));
      }
    };
  }
  return client;
}

function explain(service: string, error: ConnectError): VmsError {
  const sent = ofOtherSide(error.metadata.get(ERROR_HEADER));
  if (sent !== undefined) return sent;
  switch (error.code) {
    case Code.DeadlineExceeded:
    case Code.Canceled:
      return new HttpError(
        'rpc.timeout',
        { happened: `${service} did not answer in time.`, remedy: 'Try again in a moment.' },
        { cause: error },
      );
    case Code.Unavailable:
      return new HttpError(
        'rpc.unreachable',
        {
          happened: `${service} cannot be reached.`,
          remedy: 'Try again in a moment. If it stays, look at the health of the services.',
        },
        { cause: error },
      );
    default:
      return new HttpError(
        'rpc.failed',
        {
          happened: `${service} could not do what was asked.`,
          remedy: 'Try again. If it stays, look at its log.',
        },
        { cause: error },
      );
  }
}

function ofOtherSide(header: string | null): VmsError | undefined {
  if (header === null || header.length > MAX_EXPLANATION_CHARACTERS) return undefined;
  try {
    const sent: { code?: unknown; explanation?: unknown } = JSON.parse(decodeURIComponent(header));
    if (typeof sent.code !== 'string') return undefined;
    return new RemoteError(sent.code, sent.explanation as Explanation);
  } catch {
    return undefined;
  }
}
