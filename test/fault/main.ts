import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { runKill } from './kill.ts';
import { whyNoPowerCut } from './loop-volume.ts';
import { runPower } from './power.ts';
import { seededRandom } from './random.ts';
import { runSoak, SETTLE_SECONDS, SETTLE_TIMEOUT_SECONDS, WARM_UP_VIEWS } from './soak.ts';

const USAGE = `npm run fault -- kill  --cycles N [--cameras N] [--seed N]
npm run fault -- power --cycles N [--cameras N] [--seed N]
npm run fault -- soak  --minutes N [--warm-up-views N] [--settle-seconds N] [--settle-timeout-seconds N]

kill:  SIGKILL of ingest, writer, storage or launcher at random moments
power: the volume loses power at random moments (needs root: a loop-mounted ext4)
soak:  views, playbacks, sign-ins and camera reconnects come and go; what stays of them is measured

The last line of the output is one JSON object; progress goes to stderr.
Exit code: 0 within the limits, 1 beyond them, 2 wrong usage
`;

/** Kilobytes of memory that a view may leave behind in a process, after the first quarter. */
const MAX_KB_PER_VIEW = 1;

/** Milliseconds of picture before a fault that may be missing. */
const LIMITS = { kill: 500, power: 1_000 } as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cycles: { type: 'string', default: '10' },
    minutes: { type: 'string', default: '20' },
    'warm-up-views': { type: 'string', default: String(WARM_UP_VIEWS) },
    'settle-seconds': { type: 'string', default: String(SETTLE_SECONDS) },
    'settle-timeout-seconds': { type: 'string', default: String(SETTLE_TIMEOUT_SECONDS) },
    // The output is JSON always.
    json: { type: 'boolean', default: true },
    cameras: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
});
const fault = positionals[0];
const cycles = Number(values.cycles);
const cameras = Number(values.cameras);
const minutes = Number(values.minutes);
const say = (line: string): void => void process.stderr.write(`${line}\n`);

if (fault === 'soak' && minutes > 0) {
  const findings = await runSoak({
    minutes,
    warmUpViews: Number(values['warm-up-views']),
    settleSeconds: Number(values['settle-seconds']),
    settleTimeoutSeconds: Number(values['settle-timeout-seconds']),
    progress: say,
  });
  console.log(JSON.stringify({ fault, ...findings }));
  const isWithinSoak =
    findings.apiKbPerView <= MAX_KB_PER_VIEW &&
    findings.streamKbPerView <= MAX_KB_PER_VIEW &&
    findings.descriptors <= 0 &&
    findings.threads <= 0;
  process.exit(isWithinSoak ? 0 : 1);
}

const isUsable = Number.isInteger(cycles) && cycles > 0 && Number.isInteger(cameras) && cameras > 0;
if ((fault !== 'kill' && fault !== 'power') || !isUsable) {
  process.stderr.write(USAGE);
  process.exit(2);
}

const obstacle = fault === 'power' ? whyNoPowerCut() : undefined;
if (obstacle !== undefined) {
  say(`Power is not cut: ${obstacle}.`);
  console.log(JSON.stringify({ fault, cycles: 0, skipped: obstacle }));
  process.exit(0);
}

say(`seed ${values.seed}`);
const options = { cycles, cameras, random: seededRandom(Number(values.seed)), progress: say };
const { details, ...findings } = await (fault === 'kill' ? runKill(options) : runPower(options));
for (const detail of details) say(detail);
console.log(JSON.stringify({ fault, cycles, ...findings }));
const isWithin =
  findings.acknowledgedLost === 0 &&
  findings.unreadableFiles === 0 &&
  findings.maxLostMs <= LIMITS[fault];
process.exit(isWithin ? 0 : 1);
