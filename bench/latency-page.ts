import { FRAME_STRIP, readFrameNumber } from '@vms/camera-sim/frame-strip.ts';
import type { Page } from 'playwright-core';

/** A picture as the page saw it; times in ms since 1970 by the machine's clock. */
export interface ShownFrame {
  /** Read from the pixels; undefined where they could not be read. */
  readonly frame: number | undefined;
  /**
   * When it was on the screen: the latest of the browser's handing it over (presentationTime), its
   * expectedDisplayTime, and the callback, in which a program can see the pixels.
   */
  readonly shownAt: number;
  readonly rtpTimestamp: number;
}

/** How long a live view took to begin, in ms. */
export interface FirstFrame {
  /** From `POST /api/v1/streams` to the first picture on the screen. */
  readonly fromSession: number;
  /** From `POST /whep/…` on. */
  readonly fromOffer: number;
}

interface RawFrame {
  readonly shownAt: number;
  readonly rtpTimestamp: number;
  readonly levels: number[];
}

/** Pixels that a cell of the strip is drawn on, in either direction. */
const CELL_PIXELS = 4;

/** Runs in the page: plays a camera by WHEP and notes every picture that the browser presents. */
const PROGRAM = `(() => {
  const strip = ${JSON.stringify(FRAME_STRIP)};
  const cell = ${CELL_PIXELS};
  const canvas = document.createElement('canvas');
  canvas.width = strip.cells * cell;
  canvas.height = cell;
  const drawing = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  drawing.imageSmoothingEnabled = false;
  const readLevels = (video) => {
    const width = video.videoWidth / strip.columns;
    const height = video.videoHeight / strip.rows;
    drawing.drawImage(video, strip.firstColumn * width, strip.row * height, strip.cells * width,
      height, 0, 0, canvas.width, canvas.height);
    const { data } = drawing.getImageData(0, cell / 2, canvas.width, 1);
    return Array.from({ length: strip.cells }, (_, at) => data[(at * cell + cell / 2) * 4 + 1]);
  };
  // Date.now() is cut off to whole milliseconds: the largest of many differences is the true one.
  let epoch = 0;
  for (const end = performance.now() + 30; performance.now() < end;) {
    epoch = Math.max(epoch, Date.now() - performance.now());
  }
  let open;
  let frames = [];
  const close = async () => {
    const closing = open;
    open = undefined;
    if (closing === undefined) return;
    closing.video.remove();
    closing.connection.close();
    const headers = { authorization: closing.authorization };
    await fetch(closing.location, { method: 'DELETE', headers });
  };
  const connect = async (camera) => {
    const video = document.createElement('video');
    video.muted = true;
    video.autoplay = true;
    video.style = 'width:1280px;height:720px';
    document.body.append(video);
    const sessionAt = performance.now();
    const connection = new RTCPeerConnection();
    connection.addTransceiver('video', { direction: 'recvonly' });
    connection.ontrack = ({ track }) => { video.srcObject = new MediaStream([track]); };
    const first = new Promise((resolve) => {
      const onFrame = (_, frame) => {
        const shownAt = Math.max(frame.presentationTime, frame.expectedDisplayTime, performance.now());
        if (open?.video === video) video.requestVideoFrameCallback(onFrame);
        resolve(shownAt);
        frames.push({ shownAt: shownAt + epoch, rtpTimestamp: frame.rtpTimestamp, levels: readLevels(video) });
      };
      video.requestVideoFrameCallback(onFrame);
    });
    const asked = fetch('/api/v1/streams', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ camera_id: camera, viewer_id: 'bench' }),
    });
    await connection.setLocalDescription(await connection.createOffer());
    const session = await (await asked).json();
    const authorization = 'Bearer ' + session.token;
    const offerAt = performance.now();
    const answer = await fetch(session.whep_url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/sdp' },
      body: connection.localDescription.sdp,
    });
    if (!answer.ok) throw new Error('WHEP: ' + answer.status + ' ' + (await answer.text()));
    open = { video, connection, authorization, location: answer.headers.get('location') };
    await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    const shownAt = await first;
    return { fromSession: shownAt - sessionAt, fromOffer: shownAt - offerAt };
  };
  window.bench = { connect, close, take: () => frames.splice(0) };
})()`;

/** The page's program, from outside. */
export class LatencyPage {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Opens a bare page of the product's own origin, signed in. */
  static async open(page: Page, url: string, password: string): Promise<LatencyPage> {
    await page.goto(`${url}/health`);
    const body = JSON.stringify({ username: 'admin', password });
    const init = `{ method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(body)} }`;
    const status = await page.evaluate(`fetch('/api/v1/session', ${init}).then((r) => r.status)`);
    if (status !== 200) throw new Error(`The page could not sign in: ${status}.`);
    await page.evaluate(PROGRAM);
    return new LatencyPage(page);
  }

  /** Begins to watch; resolves when the first picture is on the screen. */
  connect(camera: string): Promise<FirstFrame> {
    return this.#page.evaluate(`bench.connect(${JSON.stringify(camera)})`);
  }

  /** Pictures presented since they were last taken. */
  async take(): Promise<ShownFrame[]> {
    const raw: RawFrame[] = await this.#page.evaluate('bench.take()');
    return raw.map(({ levels, rtpTimestamp, shownAt }) => ({
      frame: frameNumberOf(levels),
      rtpTimestamp,
      shownAt,
    }));
  }

  async close(): Promise<void> {
    await this.#page.evaluate('bench.close()');
  }
}

/** Of the brightness of each cell: as a picture of one pixel a cell of the whole grid. */
function frameNumberOf(levels: readonly number[]): number | undefined {
  const { columns, firstColumn, row, rows } = FRAME_STRIP;
  const picture = new Uint8Array(columns * rows);
  picture.set(levels, row * columns + firstColumn);
  return readFrameNumber(picture, columns, rows);
}
