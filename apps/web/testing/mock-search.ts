import type { Advice, CameraSearch, CameraTest, Track } from '../src/api/types.ts';

const WAY = { ok: true } as const;

export function goodTest(video: Partial<Track> = {}, more: Partial<CameraTest> = {}): CameraTest {
  const h264 = {
    kind: 'video',
    codec: 'h264',
    supported: true,
    width: 1920,
    height: 1080,
  } as const;
  return {
    state: 'online',
    detail: '',
    tracks: [
      { ...h264, profile: 'High', ...video },
      { kind: 'audio', codec: 'aac', supported: true, sampleRate: 48_000, channels: 2 },
    ],
    framesPerSecond: 25,
    bitsPerSecond: 4_120_000,
    gopSeconds: 2,
    reordersFrames: false,
    browser: { webrtc: WAY, mse: WAY },
    advice: [],
    elapsedMs: 812,
    ...more,
  };
}

const ADVICE: readonly Advice[] = [
  {
    code: 'video.gop-long',
    severity: 'warning',
    values: { seconds: 10, recommendedSeconds: 2 },
  },
  { code: 'audio.not-in-webrtc', severity: 'info', values: { codec: 'AAC' } },
];

/** Outcomes by what the address ends with, so that a person can try every one. */
const OUTCOMES: Readonly<Record<string, string>> = {
  '.1': 'password-needed',
  '.2': 'wrong-password',
  '.3': 'unreachable',
  '.4': 'not-rtsp',
  '.5': 'refused',
  '.6': 'no-known-stream',
  '.7': 'error',
  '.8': 'a-word-of-the-future',
};

/** The search for the streams of a camera. */
export function searchOf(body: Record<string, unknown>): CameraSearch {
  const address = String(body.address ?? '');
  const base = { detail: '', maker: null, streams: [], tried: 14, elapsedMs: 2310 };
  const outcome = OUTCOMES[/\.\d+$/.exec(address)?.[0] ?? ''];
  if (outcome !== undefined) {
    return {
      ...base,
      outcome,
      detail: `DESCRIBE rtsp://${address}:554/ was answered with nothing.`,
    };
  }
  if (body.password === 'wrong') return { ...base, outcome: 'wrong-password' };
  const url = `rtsp://${address}:554/cam/realmonitor?channel=1&subtype=`;
  const sub = { width: 704, height: 480 };
  return {
    ...base,
    outcome: 'found',
    maker: { id: 'intelbras', name: 'Intelbras' },
    streams: [
      { role: 'main', url: `${url}0`, test: goodTest({}, { gopSeconds: 10, advice: ADVICE }) },
      {
        role: 'sub',
        url: `${url}1`,
        test: goodTest(sub, { framesPerSecond: 15, bitsPerSecond: 512_000 }),
      },
    ],
  };
}
