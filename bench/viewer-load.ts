/**
 * The load of the viewers benchmark, in a process of its own: many WebRTC viewers. Takes lines of JSON
 * on standard input, and answers each with one on standard output.
 */
import { createInterface } from 'node:readline';
import { LoadViewer } from './load-viewer.ts';
import type { LoadAnswer, LoadCommand } from './viewer-load-process.ts';

/** Viewers that connect at the same time. */
const CONCURRENT_CONNECTS = 4;
const REPORT_INTERVAL_MS = 1000;

const viewers: LoadViewer[] = [];

async function obey(command: LoadCommand): Promise<LoadAnswer> {
  switch (command.do) {
    case 'connect': {
      const waiting = [...command.views];
      const connectSome = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          const viewer = new LoadViewer();
          viewers.push(viewer);
          await viewer.connect(next.url, next.token);
        }
      };
      await Promise.all(Array.from({ length: CONCURRENT_CONNECTS }, connectSome));
      return { packets: packets() };
    }
    case 'packets':
      return { packets: packets() };
    case 'drop':
      viewers[0]?.dropNext();
      return { packets: packets() };
    case 'count':
      return { packets: packets(), viewers: viewers.map((viewer) => viewer.count()) };
  }
}

function packets(): number {
  return viewers.reduce((sum, viewer) => sum + viewer.packets, 0);
}

setInterval(() => {
  for (const viewer of viewers) viewer.report();
}, REPORT_INTERVAL_MS).unref();

for await (const line of createInterface(process.stdin)) {
  const answer = await obey(JSON.parse(line) as LoadCommand);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
for (const viewer of viewers) viewer.close();
// The library's threads would keep the process alive.
process.stdout.end(() => process.exit(0));
