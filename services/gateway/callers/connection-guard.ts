import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '@vms/http/network-of.ts';
import { hasContent } from '@vms/http/request-body.ts';

export interface ConnectionBounds {
  /** Connections open at a time. */
  readonly total: number;
  /** Connections of one caller. */
  readonly perCaller: number;
  /** Connections of one caller that have not sent a whole request: idle ones, slow ones. */
  readonly waitingPerCaller: number;
  /** Requests that came on one connection and are not answered; they are answered one by one. */
  readonly pipelined: number;
}

/**
 * One caller may be a whole office behind its router, or the 512 WebSockets of a wall of screens. A
 * request that was sent whole is never cut off for these bounds while its answer is read.
 */
export const CONNECTION_BOUNDS: ConnectionBounds = {
  total: 2_048,
  perCaller: 768,
  waitingPerCaller: 256,
  pipelined: 16,
};

/** Why a connection was closed: it sent too slowly, read too slowly, or there was no room. */
export type CloseReason = 'waiting' | 'stalled' | 'refused' | 'pipelined';

export interface ConnectionGuardOptions {
  readonly bounds?: ConnectionBounds;
  /** Whose connections are of many callers: a proxy that is trusted. Only the total bounds it. */
  readonly isShared?: (address: string) => boolean;
  readonly closed?: (reason: CloseReason) => void;
}

interface Connection {
  readonly socket: Socket;
  readonly caller: Caller;
  /** Resolves when the connection is closed: a response that waits for its turn is not told. */
  readonly left: Promise<void>;
  /** Requests whose answers are not all sent, in order. */
  readonly answers: Set<ServerResponse>;
}

/** Connections of one caller, the one that is so for longest first. */
interface Caller {
  readonly key: string;
  readonly isShared: boolean;
  /** Of which no whole request is here. */
  readonly waiting: Set<Connection>;
  /** Whose request is being answered, WebSockets too. */
  readonly answering: Set<Connection>;
}

/**
 * Keeps any caller from holding what all share. At a bound it is the connection idle for longest
 * that makes room, of the caller that has most: slow ones never keep a quick one out, not even where
 * they come from the same address.
 */
export class ConnectionGuard {
  readonly #bounds: ConnectionBounds;
  readonly #isShared: (address: string) => boolean;
  readonly #closed: (reason: CloseReason) => void;
  readonly #callers = new Map<string, Caller>();
  /** By address and port of the caller: of TLS the server shows two sockets of one connection. */
  readonly #connections = new Map<string, Connection>();

  constructor(server: Server, options: ConnectionGuardOptions = {}) {
    this.#bounds = options.bounds ?? CONNECTION_BOUNDS;
    this.#isShared = options.isShared ?? (() => false);
    this.#closed = options.closed ?? (() => {});
    server.on('connection', (socket) => this.#admit(socket));
    // Before the router, which answers at once what it can.
    server.prependListener('request', (request, response) => this.#begin(request, response));
  }

  /** Connections that are open. */
  get size(): number {
    return this.#connections.size;
  }

  /**
   * Resolves when what came before a request on its connection is answered.
   * @throws Error where the caller has left: nothing is done for a request whose answer nobody gets
   */
  async turn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#connections.get(keyOf(request.socket));
    let previous: ServerResponse | undefined;
    for (const answer of connection?.answers ?? []) {
      if (answer === response) break;
      previous = answer;
    }
    // It waits for the one before it in the same way.
    if (previous !== undefined && !previous.closed) {
      const answered = new Promise<void>((resolve) => previous.once('close', resolve));
      await Promise.race([answered, connection?.left]);
    }
    if (response.closed || request.socket.destroyed) throw new Error('The caller left.');
  }

  #admit(socket: Socket): void {
    // Gone before it was here.
    if (socket.remoteAddress === undefined) return;
    const caller = this.#callerOf(socket.remoteAddress);
    const left = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const connection: Connection = { socket, caller, left, answers: new Set<ServerResponse>() };
    const key = keyOf(socket);
    this.#connections.set(key, connection);
    caller.waiting.add(connection);
    socket.once('close', () => this.#forget(connection, key));
    this.#makeRoom(connection);
  }

  #makeRoom(newcomer: Connection): void {
    const { caller } = newcomer;
    const { total, perCaller, waitingPerCaller } = this.#bounds;
    if (!caller.isShared) {
      if (caller.waiting.size > waitingPerCaller) this.#close(first(caller.waiting), 'waiting');
      if (sizeOf(caller) > perCaller) this.#closeOne(caller, newcomer);
    }
    if (this.#connections.size > total) this.#closeOne(this.#largest(), newcomer);
  }

  /** The one of a caller that stands still for longest, or the newcomer. */
  #closeOne(caller: Caller, newcomer: Connection): void {
    const [oldest] = caller.waiting;
    if (oldest !== undefined && oldest !== newcomer) {
      this.#close(oldest, 'waiting');
      return;
    }
    for (const connection of caller.answering) {
      if (isStalled(connection)) {
        this.#close(connection, 'stalled');
        return;
      }
    }
    this.#close(newcomer, 'refused');
  }

  #close(connection: Connection | undefined, reason: CloseReason): void {
    if (connection === undefined) return;
    // At once, and not when the socket says so: several may come before that.
    this.#forget(connection, keyOf(connection.socket));
    connection.socket.destroy();
    this.#closed(reason);
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#connections.get(keyOf(request.socket));
    if (connection === undefined) return;
    const { answers } = connection;
    if (answers.size >= this.#bounds.pipelined) {
      this.#close(connection, 'pipelined');
      return;
    }
    answers.add(response);
    response.once('close', () => {
      answers.delete(response);
      if (answers.size === 0) this.#setWaiting(connection);
    });
    if (hasContent(request)) request.once('end', () => this.#setAnswering(connection));
    else this.#setAnswering(connection);
  }

  #setAnswering(connection: Connection): void {
    const { waiting, answering } = connection.caller;
    if (waiting.delete(connection)) answering.add(connection);
  }

  #setWaiting(connection: Connection): void {
    const { waiting, answering } = connection.caller;
    // Where it was waiting already, it was so since now: its request is answered.
    if (answering.delete(connection) || waiting.delete(connection)) waiting.add(connection);
  }

  /** May come twice, the second time when address, port and caller are somebody else's already. */
  #forget(connection: Connection, key: string): void {
    const { caller } = connection;
    if (this.#connections.get(key) === connection) this.#connections.delete(key);
    caller.waiting.delete(connection);
    caller.answering.delete(connection);
    const isLast = sizeOf(caller) === 0 && this.#callers.get(caller.key) === caller;
    if (isLast) this.#callers.delete(caller.key);
  }

  #callerOf(address: string): Caller {
    const key = networkOf(address);
    let caller = this.#callers.get(key);
    if (caller === undefined) {
      const isShared = this.#isShared(address);
      caller = { key, isShared, waiting: new Set(), answering: new Set() };
      this.#callers.set(key, caller);
    }
    return caller;
  }

  #largest(): Caller {
    let largest: Caller | undefined;
    for (const caller of this.#callers.values()) {
      if (largest === undefined || sizeOf(caller) > sizeOf(largest)) largest = caller;
    }
    if (largest === undefined) throw new Error('There is no caller.');
    return largest;
  }
}

function sizeOf({ waiting, answering }: Caller): number {
  return waiting.size + answering.size;
}

function first<Item>(items: Iterable<Item>): Item | undefined {
  for (const item of items) return item;
  return undefined;
}

/** Whether what is being answered waits for its reader. */
function isStalled({ answers }: Connection): boolean {
  for (const answer of answers) if (answer.writableLength > 0) return true;
  return false;
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress}|${remotePort}`;
}
