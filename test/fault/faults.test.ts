import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { whyNoPowerCut } from './loop-volume.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

/** Runs the command as its users do; gives its exit status and the object of its last line. */
async function fault(
  ...args: string[]
): Promise<{ status: number; result: Record<string, unknown> }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let progress = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    progress += text;
  });
  const [status] = (await once(child, 'close')) as [number];
  const line = output.trim().split('\n').at(-1) ?? '';
  assert.match(line, /^\{/, progress);
  return { status, result: JSON.parse(line) as Record<string, unknown> };
}

describe('faults, a short round', () => {
  it('loses nothing acknowledged when ingest, writer, storage and launcher are killed', async () => {
    const { status, result } = await fault('kill', '--cycles', '4', '--cameras', '2');
    assert.equal(result.cycles, 4);
    assert.equal(result.acknowledgedLost, 0);
    assert.equal(result.unreadableFiles, 0);
    assert.ok(Number(result.maxLostMs) <= 500, JSON.stringify(result));
    assert.equal(status, 0);
  });

  const obstacle = whyNoPowerCut();
  const skip = obstacle === undefined ? false : `power is not cut: ${obstacle}`;
  it('loses nothing acknowledged when the power is cut', { skip }, async () => {
    const { status, result } = await fault('power', '--cycles', '2', '--cameras', '2');
    assert.equal(result.cycles, 2);
    assert.equal(result.acknowledgedLost, 0);
    assert.equal(result.unreadableFiles, 0);
    assert.ok(Number(result.maxLostMs) <= 1000, JSON.stringify(result));
    assert.equal(status, 0);
  });

  it('measures what views, playbacks, sign-ins and reconnects leave behind', async () => {
    // Views by both ways, sign-ins and playbacks; a reconnect comes only with the 60th view.
    const short = ['--minutes', '0.05', '--warm-up-views', '8'];
    const settled = ['--settle-seconds', '1', '--settle-timeout-seconds', '3'];
    const { result } = await fault('soak', ...short, ...settled, '--json');
    assert.equal(result.fault, 'soak');
    assert.ok(Number(result.views) > 0, JSON.stringify(result));
    // What is left is judged by whoever runs a long one: slopes need views, and what lingers needs time.
    for (const figure of ['apiKbPerView', 'streamKbPerView', 'descriptors', 'threads']) {
      assert.equal(typeof result[figure], 'number', figure);
    }
  });

  it('says how it is used, and exits with 2', async () => {
    const child = spawn(process.execPath, [MAIN, 'fire'], { stdio: 'ignore' });
    const [status] = (await once(child, 'exit')) as [number];
    assert.equal(status, 2);
  });
});
