import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface ReceivedHook {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  // biome-ignore lint/suspicious/noExplicitAny: shapes are what the tests assert.
  readonly json: any;
}

/** A program that alerts are posted to: a real HTTP server that can be away, refuse or hang. */
export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  /** Every request, in the order of their arrival, whatever was answered. */
  readonly received: ReceivedHook[];
  /** How a request is answered; default 204. */
  answer: (response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function startWebhookReceiver(t: TestContext, port = 0): Promise<WebhookReceiver> {
  const received: ReceivedHook[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    received.push({ headers: request.headers, body, json: JSON.parse(body) });
    receiver.answer(response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${bound}/hooks/alerts`,
    port: bound,
    received,
    answer: (response) => response.writeHead(204).end(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  t.after(() => receiver.close());
  return receiver;
}
