import { spawn } from 'node:child_process';
import type { Clock } from '@vms/common/clock.ts';
import { systemErrorCode } from '@vms/common/errors.ts';
import type { DecodeSample } from './decode-sample.ts';

/** Milliseconds that decoding one keyframe may take; 8K on a busy machine takes two seconds. */
export const DECODE_TIMEOUT_MS = 20_000;
/** Seconds of CPU, and bytes of address space, that the decoder may use. */
const CPU_SECONDS = 15;
const MEMORY_BYTES = 2 * 1024 ** 3;
/** Characters of what the decoder says that are kept. */
const MAX_REASON_CHARACTERS = 300;
const MAX_OUTPUT_BYTES = 64 * 1024;
/** Exit statuses of `prlimit` and `nice` where the program is not there, or may not be run. */
const MISSING = new Set([126, 127]);
/** Share of the picture's macroblocks that may be guessed: a packet was lost, and most can be seen. */
const MAX_CONCEALED_SHARE = 0.25;
const MACROBLOCK_PIXELS = 16 * 16;

/** What came of a sample. `unknown`: nobody can say, for reasons that are not the recording's. */
export type DecodeOutcome =
  | { readonly outcome: 'decoded' }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'missing'; readonly program: string }
  | { readonly outcome: 'unknown'; readonly reason: string };

/** Rejects where no process can be started; one under way is ended by the signal. */
export type DecodeKeyframe = (sample: DecodeSample, ending: AbortSignal) => Promise<DecodeOutcome>;

/**
 * Decodes by ffmpeg, in a process with low priority and limits of time, memory and CPU, from a pipe:
 * it opens no file and no address.
 */
export function ffmpegDecoder(clock: Clock, ffmpeg = 'ffmpeg'): DecodeKeyframe {
  return async (sample, ending) => {
    const end = await run({ clock, ffmpeg, ending }, sample);
    const { status, signal, output, frames, timedOut } = end;
    if (status === 'no-program') return { outcome: 'missing', program: 'prlimit' };
    if (status !== null && MISSING.has(status)) {
      // Each says which program it could not start, and its own name before.
      const program = output.startsWith('prlimit: ') ? 'nice' : 'ffmpeg';
      return { outcome: 'missing', program };
    }
    if (timedOut || signal !== null) {
      const why = timedOut ? `${DECODE_TIMEOUT_MS / 1000} s` : `the signal ${signal}`;
      return { outcome: 'unknown', reason: `Decoding ended by ${why}.` };
    }
    const concealed = concealedShare(output, sample);
    const isClean = sample.isWhole ? status === 0 : true;
    const isMostlyThere = concealed !== undefined && concealed <= MAX_CONCEALED_SHARE;
    if (frames > 0 && (isClean || isMostlyThere)) return { outcome: 'decoded' };
    return { outcome: 'failed', reason: reasonOf(output) };
  };
}

interface DecoderEnd {
  readonly status: number | null | 'no-program';
  readonly signal: string | null;
  readonly output: string;
  readonly frames: number;
  readonly timedOut: boolean;
}

interface Decoder {
  readonly clock: Clock;
  readonly ffmpeg: string;
  readonly ending: AbortSignal;
}

function run({ clock, ffmpeg, ending }: Decoder, sample: DecodeSample): Promise<DecoderEnd> {
  // Without -xerror a picture of nothing but guesses would count; it is meant for whole pictures only.
  const strict = sample.isWhole ? ['-xerror'] : [];
  const child = spawn(
    'prlimit',
    [
      ...[`--as=${MEMORY_BYTES}`, `--cpu=${CPU_SECONDS}`, '--core=0', '--'],
      ...['nice', '-n', '19', ffmpeg, '-nostdin', '-hide_banner', '-nostats', ...strict],
      ...[
        '-loglevel',
        'level+info',
        '-threads',
        '1',
        '-protocol_whitelist',
        'pipe',
        '-f',
        'matroska',
        '-i',
        'pipe:0',
      ],
      ...['-map', '0:v:0', '-an', '-fps_mode', 'passthrough', '-f', 'framecrc', 'pipe:1'],
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], signal: ending, killSignal: 'SIGKILL' },
  );
  return new Promise((resolve, reject) => {
    let output = '';
    let checksums = '';
    let timedOut = false;
    const timer = clock.after(DECODE_TIMEOUT_MS, () => {
      timedOut = true;
      child.kill('SIGKILL');
    });
    const end = (status: DecoderEnd['status'], signal: string | null): void => {
      timer.cancel();
      const frames = checksums.split('\n').filter((line) => /^\d/.test(line)).length;
      resolve({ status, signal, output, frames, timedOut });
    };
    child.once('error', (error) => {
      // 'close' follows where it was ended while it ran.
      if (child.pid !== undefined) return;
      if (systemErrorCode(error) === 'ENOENT') end('no-program', null);
      else {
        timer.cancel();
        reject(error);
      }
    });
    // Not started: where descriptors ran out it has no pipes either.
    if (child.pid === undefined) return;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (output.length < MAX_OUTPUT_BYTES) output += text;
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (checksums.length < MAX_OUTPUT_BYTES) checksums += text;
    });
    child.once('close', end);
    // It may end before it has read everything.
    child.stdin.on('error', () => {});
    child.stdin.end(sample.matroska);
  });
}

/** Share of a picture that H.264's decoder guessed; undefined where it does not say. */
function concealedShare(output: string, { config }: DecodeSample): number | undefined {
  const [, blocks] = /concealing (\d+) DC/.exec(output) ?? [];
  if (blocks === undefined) return undefined;
  return (Number(blocks) * MACROBLOCK_PIXELS) / (config.width * config.height);
}

/** The first error that the decoder reports, without addresses in memory. */
function reasonOf(output: string): string {
  const line = output.split('\n').find((text) => /\[(error|fatal)\]/.test(text));
  const text = line?.replace(/ @ 0x[0-9a-f]+/g, '').replace(/\[(error|fatal)\] /, '');
  return (text ?? 'The decoder gave no picture.').slice(0, MAX_REASON_CHARACTERS);
}
