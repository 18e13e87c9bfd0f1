import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Whether it came encrypted. */
  readonly secure: boolean;
  readonly user: string | undefined;
  readonly subject: string;
  readonly messageId: string;
  /** Headers as they came. */
  readonly head: string;
  readonly text: string;
}

/** A real SMTP server that keeps what it gets. */
export interface MailServer {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** SMTP status with which mails are refused; undefined takes them. */
  refusal: number | undefined;
  close(): Promise<void>;
}

export async function startMailServer(
  t: TestContext,
  options: SMTPServerOptions = {},
  port = 0,
): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    ...options,
    async onData(stream, session, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      if (mail.refusal !== undefined) {
        done(Object.assign(new Error('No.'), { responseCode: mail.refusal }));
        return;
      }
      const { mailFrom, rcptTo } = session.envelope;
      received.push({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: session.user,
        ...parse(Buffer.concat(chunks).toString('latin1')),
      });
      done();
    },
  });
  server.on('error', () => {}); // Of clients that give up in the middle.
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const mail: MailServer = {
    port: (server.server.address() as AddressInfo).port,
    received,
    refusal: undefined,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  t.after(() => mail.close());
  return mail;
}

function parse(raw: string): Pick<ReceivedMail, 'subject' | 'messageId' | 'head' | 'text'> {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const unfolded = head.replaceAll(/\r\n\s+/g, ' ');
  const header = (name: string) =>
    new RegExp(`^${name}: (.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
  const body = rest.join('\r\n\r\n');
  const encoding = header('Content-Transfer-Encoding');
  const bytes =
    encoding === 'base64' ? Buffer.from(body, 'base64') : Buffer.from(unquote(body), 'latin1');
  return {
    subject: header('Subject').replaceAll(
      /=\?UTF-8\?([QB])\?([^?]*)\?=\s?/g,
      (_all, kind: string, text: string) =>
        (kind === 'B'
          ? Buffer.from(text, 'base64')
          : Buffer.from(unquote(text.replaceAll('_', ' ')), 'latin1')
        ).toString(),
    ),
    messageId: header('Message-ID'),
    head,
    text: bytes.toString().replaceAll('\r\n', '\n'),
  };
}

/** Quoted-printable (RFC 2045 §6.7). */
function unquote(text: string): string {
  return text
    .replaceAll(/=\r\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
}
