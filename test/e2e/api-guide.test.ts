import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import { RunningSystem } from '../system/running-system.ts';

const GUIDE = join(import.meta.dirname, '..', '..', 'docs', 'api', 'guide.md');
const RUN_TIMEOUT_MS = 60_000;

let simulator: CameraSimulator;
let system: RunningSystem;
let folder: string;

/** The shell blocks of the guide, in order. */
function examples(): string[] {
  const text = readFileSync(GUIDE, 'utf8');
  return [...text.matchAll(/^```sh.*\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '');
}

describe('the guide of the API', () => {
  before(async () => {
    simulator = await startCameraSimulator({ cameras: [{ name: 'door' }] });
    system = await RunningSystem.start();
    folder = mkdtempSync(join(tmpdir(), 'vms-guide-'));
  });
  after(async () => {
    await system?.remove();
    await simulator?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('runs from top to bottom as it stands', async () => {
    const blocks = examples();
    assert.ok(blocks.length > 10, `only ${blocks.length} examples were found`);
    // Marks between the blocks tell which one said what, and which one failed.
    const script = blocks
      .map((block, index) => `printf '\\n## %s\\n' ${index}\n${block}`)
      .join('\n');
    const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      timeout: RUN_TIMEOUT_MS,
      env: {
        ...process.env,
        VMS: system.url,
        PASSWORD: system.password,
        CAMERA: `rtsp://127.0.0.1:${simulator.port}/door`,
      },
    }).catch((error: { stdout?: string; stderr?: string }) => {
      assert.fail(`An example failed.\n${error.stdout ?? ''}\n${error.stderr ?? ''}`);
    });
    const said = stdout.split(/^## \d+$/m).slice(1);
    assert.equal(said.length, blocks.length);
    const of = (words: string): string => {
      const index = blocks.findIndex((block) => block.includes(words));
      assert.notEqual(index, -1, `no example has “${words}”`);
      return said[index] ?? '';
    };
    assert.equal(JSON.parse(of('cameras/test')).state, 'online');
    assert.match(of('-X PATCH'), /Front door, left/);
    assert.match(JSON.parse(of('streams"')).whep_url, /\/whep\/cam_/);
    assert.ok(JSON.parse(of('timeline?')).length > 0);
    assert.match(of('/playback'), /^#EXTM3U/m);
    assert.equal(JSON.parse(of('cam_aaaaaaaaaaaaaaaa')).code, 'camera.not-found');
    assert.deepEqual([...readFileSync(join(folder, 'snapshot.jpg')).subarray(0, 2)], [0xff, 0xd8]);
    assert.equal(readFileSync(join(folder, 'head.mkv')).length, 1024);
  });
});
