import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy as people put it in front: everything below a path goes to the system, nothing else does. */
export class ReverseProxy {
  readonly #server: Server;
  readonly #target: URL;
  readonly #prefix: string;
  readonly #strips: boolean;
  readonly #open = new Set<Duplex>();
  /** Requests outside the prefix, which the system must never make. */
  readonly strays: string[] = [];

  private constructor(server: Server, target: URL, prefix: string, strips: boolean) {
    this.#server = server;
    this.#target = target;
    this.#prefix = prefix;
    this.#strips = strips;
    server.on('request', (asked, answer) => {
      const path = this.#pathOf(asked);
      if (path === undefined) {
        answer.writeHead(404).end();
        return;
      }
      const passed = this.#pass(asked, path).once('response', (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      });
      passed.once('error', () => answer.destroy());
      answer.once('close', () => passed.destroy());
      asked.pipe(passed);
    });
    server.on('upgrade', (asked, socket, head) => this.#join(asked, socket, head));
  }

  static async start(
    target: string,
    { prefix, strips }: { readonly prefix: string; readonly strips: boolean },
  ): Promise<ReverseProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ReverseProxy(server, new URL(target), prefix, strips);
  }

  /** Where browsers find the system, without a slash at the end. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.#prefix}`;
  }

  async stop(): Promise<void> {
    for (const each of this.#open) each.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pathOf({ url = '/' }: IncomingMessage): string | undefined {
    const rest = url.startsWith(this.#prefix) ? url.slice(this.#prefix.length) : '';
    if (!rest.startsWith('/')) {
      this.strays.push(url);
      return undefined;
    }
    return this.#strips ? rest : url;
  }

  #pass({ method, headers }: IncomingMessage, path: string) {
    const { hostname, port } = this.#target;
    // As nginx with `proxy_set_header Host $http_host`: the system sees the browser's host.
    return request({
      host: hostname,
      port,
      path,
      headers,
      ...(method !== undefined && { method }),
    });
  }

  #join(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    const path = this.#pathOf(asked);
    if (path === undefined) {
      socket.destroy();
      return;
    }
    // The server counts a socket whose upgrade was asked for no more: without this nobody ends it.
    this.#open.add(socket);
    const passed = this.#pass(asked, path);
    socket.once('close', () => passed.destroy());
    passed.on('error', () => socket.destroy());
    passed.once('response', () => socket.destroy());
    passed.once('upgrade', (answer: IncomingMessage, upstream: Socket, rest: Buffer) => {
      this.#open.add(upstream);
      socket.once('close', () => upstream.destroy()).on('error', () => upstream.destroy());
      upstream.once('close', () => socket.destroy()).on('error', () => socket.destroy());
      const lines = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}`);
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(rest);
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    passed.end();
  }
}
