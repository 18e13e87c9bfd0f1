import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type CameraSimulator, startCameraSimulator } from '@vms/camera-sim/camera-simulator.ts';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../system/browser.ts';
import { RunningSystem } from '../../system/running-system.ts';
import { runVms } from '../../system/vms-command.ts';
import { waitFor } from '../../system/waiting.ts';
import { assertSpoken, LANGUAGES, textOf } from './spoken.ts';

const OWN_PASSWORD = 'quatro gaivotas leem o jornal';
const DISK_MEGABYTES = 32;
const PATIENCE_MS = 40_000;

const SAYS = {
  en: { page: [/Full/, /Free space/], command: [/full, 0 B free/] },
  'pt-BR': { page: [/Cheio/, /Libere espaço/], command: [/cheio, 0 B livres/] },
} as const;

interface System {
  readonly volumes: readonly { readonly state: string }[];
}

/** Why no disk of its own can be made here; false where it can. */
const SKIPPED = process.getuid?.() === 0 ? false : 'it needs root, to mount a small disk';

describe('a disk that something else has filled, in both languages', { skip: SKIPPED }, () => {
  let disk: string;
  let simulator: CameraSimulator;
  let system: RunningSystem;
  let browser: Browser;

  const filler = (): string => join(disk, 'something-else');
  const isState = (wanted: string): Promise<boolean> =>
    waitFor(
      `the volume to be ${wanted}`,
      async () => {
        const { volumes } = await system.call<System>('GET', '/api/v1/system');
        return volumes[0]?.state === wanted;
      },
      PATIENCE_MS,
    );

  before(async () => {
    disk = mkdtempSync(join(tmpdir(), 'vms-small-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEGABYTES}m`, 'tmpfs', disk]);
    mkdirSync(join(disk, 'recordings'));
    simulator = await startCameraSimulator({ cameras: [{ name: 'harbour' }] });
    const volumes = [{ path: join(disk, 'recordings'), minFreeBytes: 0 }];
    system = await RunningSystem.start({ config: { storage: { volumes } } });
    await system.signIn();
    const passwords = { current: system.password, next: OWN_PASSWORD };
    await system.call('PUT', '/api/v1/session/password', passwords);
    await system.addCamera({ name: 'Harbour', url: simulator.url('harbour') });
    await isState('recording');
    browser = await launchBrowser();
  });

  after(async () => {
    await browser?.close();
    await system?.remove();
    await simulator?.stop();
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true, force: true });
  });

  it('is told of with what to do, by page and command line', async () => {
    fillDisk(filler());
    await isState('full');
    for (const language of LANGUAGES) {
      const page = await browser.newPage({ locale: language });
      await page.goto(`${system.url}/system`);
      await page.fill('[name=username]', 'admin');
      await page.fill('[name=password]', OWN_PASSWORD);
      await page.click('[data-testid=sign-in]');
      const volume = '[data-testid=volume]';
      await page.waitForSelector(volume);
      assertSpoken(await textOf(page, volume), language, SAYS[language].page);
      await page.close();
      const { stdout } = await runVms([
        'status',
        '--data',
        system.dataDirectory,
        '--lang',
        language,
      ]);
      assertSpoken(stdout, language, SAYS[language].command);
    }
  });

  it('records on by itself as soon as there is room again', async () => {
    rmSync(filler());
    await isState('recording');
    assert.equal(await system.stop(), 0);
    assert.equal(system.check().status, 0, system.output);
  });
});

/** Writes until nothing goes in any more: the recorder takes of what is free meanwhile. */
function fillDisk(path: string): void {
  const file = openSync(path, 'w');
  const part = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeSync(file, part);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
