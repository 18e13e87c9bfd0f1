import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** Bytes from which a packet is one of media, not of ICE or RTCP. */
const MEDIA_BYTES = 500;

/** A UDP path between one viewer and the server's port that loses what a test tells it to. */
export class LossyPath {
  lost = 0;
  readonly #front: Socket;
  readonly #back: Socket;
  readonly #port: number;
  #viewer: RemoteInfo | undefined;
  #toLose = 0;

  private constructor(front: Socket, back: Socket, serverPort: number) {
    this.#front = front;
    this.#back = back;
    this.#port = front.address().port;
    front.on('message', (packet, from) => {
      this.#viewer = from;
      back.send(packet, serverPort, '127.0.0.1');
    });
    back.on('message', (packet) => {
      if (this.#viewer === undefined) return;
      if (this.#toLose > 0 && packet.length >= MEDIA_BYTES) {
        this.#toLose--;
        this.lost++;
        return;
      }
      front.send(packet, this.#viewer.port, this.#viewer.address);
    });
  }

  static async start(serverPort: number): Promise<LossyPath> {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    for (const socket of sockets) {
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new LossyPath(...sockets, serverPort);
  }

  /** An answer whose candidates lead here. */
  rewrite(answer: string): string {
    return answer.replaceAll(/(a=candidate:.* 127\.0\.0\.1) \d+ /g, `$1 ${this.#port} `);
  }

  loseNext(count: number): void {
    this.#toLose = count;
  }

  close(): void {
    this.#front.close();
    this.#back.close();
  }
}
