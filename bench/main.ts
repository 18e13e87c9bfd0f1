import { parseArgs } from 'node:util';
import { ensureWebBuilt } from '../scripts/web-build.mjs';
import { benchDepacketize } from './depacketize.ts';
import { benchGateway } from './gateway.ts';
import { benchLatency, LATENCY_SETTLE_MS } from './latency.ts';
import { coreCount, MAX_ATTEMPTS } from './measure.ts';
import { benchRecord } from './record.ts';
import { saveResult, writeReport } from './report.ts';
import { benchViewers, VIEWERS_SETTLE_MS } from './viewers.ts';
import { benchWeb } from './web.ts';

const USAGE = `Benchmarks, each against a peer in the same run.

  npm run bench -- record [--cameras 20] [--seconds 20] [--mbit 4] [--gop-seconds 2] [--pairs 2] [--warm-up 15] [--tamper] [--json]
  npm run bench -- depacketize [--cameras 20] [--seconds 20] [--tamper] [--json]
  npm run bench -- latency [--samples 600] [--connects 24] [--tamper] [--json]
  npm run bench -- viewers [--viewers 50] [--cameras 1] [--seconds 20] [--mbit 1] [--gop-seconds 2] [--tamper] [--json]
  npm run bench -- web [--openings 60] [--tamper] [--json]
  npm run bench -- gateway [--seconds 20] [--pairs 2] [--sockets 200] [--json]
  npm run bench -- report     makes bench/README.md of bench/results/*.json

--json prints one JSON object as the last line of stdout. Progress goes to stderr.
`;

/** Reads of some three packets: what pacing brings. */
const PACED_READ_BYTES = 4300;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cameras: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    mbit: { type: 'string' },
    'gop-seconds': { type: 'string', default: '2' },
    pairs: { type: 'string', default: '2' },
    viewers: { type: 'string', default: '50' },
    samples: { type: 'string', default: '600' },
    connects: { type: 'string', default: '24' },
    sockets: { type: 'string', default: '200' },
    openings: { type: 'string', default: '60' },
    'warm-up': { type: 'string', default: '15' },
    tamper: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

switch (positionals[0]) {
  case 'record':
    await record();
    break;
  case 'depacketize':
    await depacketize();
    break;
  case 'latency':
    await latency();
    break;
  case 'viewers':
    await viewers();
    break;
  case 'web':
    await web();
    break;
  case 'gateway':
    await gateway();
    break;
  case 'report':
    await writeReport();
    break;
  default:
    process.stderr.write(USAGE);
    process.exitCode = 2;
}

async function record(): Promise<void> {
  if (!hasTwoCores()) return;
  const result = await benchRecord({
    cameras: positive('cameras', values.cameras ?? '20'),
    seconds: positive('seconds', values.seconds),
    megabits: positive('mbit', values.mbit ?? '4'),
    gopSeconds: positive('gop-seconds', values['gop-seconds']),
    pairs: positive('pairs', values.pairs),
    tamper: values.tamper,
    warmUpSeconds: positive('warm-up', values['warm-up']),
    acceptVoid: false,
  });
  await tell('record', result);
}

async function depacketize(): Promise<void> {
  const result = benchDepacketize({
    cameras: positive('cameras', values.cameras ?? '20'),
    seconds: positive('seconds', values.seconds),
    readBytes: PACED_READ_BYTES,
    tamper: values.tamper,
  });
  await tell('depacketize', result);
}

async function latency(): Promise<void> {
  if (!hasTwoCores()) return;
  const result = await benchLatency({
    samples: positive('samples', values.samples),
    connects: positive('connects', values.connects),
    tamper: values.tamper,
    acceptVoid: false,
    attempts: MAX_ATTEMPTS,
    settleMs: LATENCY_SETTLE_MS,
  });
  await tell('latency', result);
}

async function viewers(): Promise<void> {
  if (!hasTwoCores()) return;
  const cameras = positive('cameras', values.cameras ?? '1');
  const result = await benchViewers({
    viewers: positive('viewers', values.viewers),
    cameras,
    seconds: positive('seconds', values.seconds),
    megabits: positive('mbit', values.mbit ?? '1'),
    gopSeconds: positive('gop-seconds', values['gop-seconds']),
    tamper: values.tamper,
    acceptVoid: false,
    attempts: MAX_ATTEMPTS,
    settleMs: VIEWERS_SETTLE_MS,
  });
  // Many cameras are another load than one: their figures stand beside each other.
  await tell(cameras === 1 ? 'viewers' : `viewers-of-${cameras}-cameras`, result);
}

async function web(): Promise<void> {
  if (!hasTwoCores()) return;
  const openings = positive('openings', values.openings);
  await ensureWebBuilt();
  await tell('web', await benchWeb({ openings, tamper: values.tamper, acceptVoid: false }));
}

async function gateway(): Promise<void> {
  if (!hasTwoCores()) return;
  const result = await benchGateway({
    seconds: positive('seconds', values.seconds),
    pairs: positive('pairs', values.pairs),
    sockets: positive('sockets', values.sockets),
  });
  await tell('gateway', result);
}

/** Prints a result, and keeps it; one that was tampered with is none. */
async function tell(name: string, result: { readonly summary: object }): Promise<void> {
  if (!values.tamper) await saveResult(name, result);
  process.stdout.write(
    values.json ? `${JSON.stringify(result.summary)}\n` : `${JSON.stringify(result, null, 2)}\n`,
  );
}

function hasTwoCores(): boolean {
  if (coreCount() >= 2) return true;
  process.stderr.write('A benchmark needs two cores: one for the system, one for its load.\n');
  process.exitCode = 2;
  return false;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  process.stderr.write(`--${name} is a whole number above 0, not "${text}".\n`);
  process.exit(2);
}
