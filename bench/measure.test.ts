import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import {
  cpuModel,
  type MachineUse,
  measureCpu,
  measureMachine,
  median,
  voidReason,
} from './measure.ts';

const BURN = `
const burn = (ms) => { const end = process.cpuUsage().user + ms * 1000; while (process.cpuUsage().user < end); };
`;
/** Burns CPU in a child that ends, then itself; says so, and waits to be killed. */
const PARENT = `${BURN}
process.stdin.once('data', () => {
  require('node:child_process').execFileSync(process.execPath, ['-e', process.argv[1]]);
  burn(200);
  console.log('burnt');
});
console.log('ready');
`;

test('CPU time of a process counts with its children, those that have ended too', async (t) => {
  const child = spawn(process.execPath, ['-e', PARENT, `${BURN}burn(200)`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const end = measureCpu([child.pid ?? 0]);
  const idle = measureCpu([child.pid ?? 0])();
  assert.ok(idle.totalMs <= 20);
  child.stdin.write('go');
  await once(child.stdout, 'data');
  const use = end();
  assert.ok(use.totalMs >= 380, `${use.totalMs} ms`);
  assert.ok(use.userMs >= 180 && use.userMs < use.totalMs - 150, `${use.userMs} ms in the child`);
  assert.ok(use.residentBytes > 10_000_000);
  assert.deepEqual(
    use.processes.map(({ name }) => name),
    ['node'],
  );
});

test('the machine is read: shares of each core between two instants', () => {
  const use = measureMachine()();
  assert.ok(use.cores.length >= 1);
  for (const core of use.cores) assert.ok(core.idle >= 0 && core.idle <= 1);
  assert.notEqual(cpuModel(), '');
});

const quiet: MachineUse = {
  cores: [
    { core: 0, idle: 0, softirq: 0.1, steal: 0.01 },
    { core: 1, idle: 0.5, softirq: 0, steal: 0 },
  ],
  udpOverflows: 0,
};

test('a run is void where the load core was busy, a core stolen, or datagrams overflowed', () => {
  assert.equal(voidReason(quiet, 1), undefined);
  assert.match(voidReason(quiet, 0) ?? '', /load core was only 0\.0 % idle/);
  assert.match(voidReason(quiet, 2) ?? '', /no core 2/);
  const stolen = quiet.cores.map((core) => ({ ...core, steal: 0.021 }));
  assert.match(voidReason({ ...quiet, cores: stolen }, 1) ?? '', /2\.1 % of core 0 was stolen/);
  assert.match(voidReason({ ...quiet, udpOverflows: 3 }, 1) ?? '', /3 datagrams/);
});

test('the median is the middle, or the mean of the two in the middle', () => {
  assert.equal(median([3, 1, 2]), 2);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.ok(Number.isNaN(median([])));
});
