import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { RunningSystem } from '../system/running-system.ts';
import { waitFor } from '../system/waiting.ts';

const DESK = 'https://desk.example.org';

describe('vms.yaml, changed while the system runs', () => {
  let system: RunningSystem;
  let file: string;
  let whole: Record<string, Record<string, unknown>>;

  before(async () => {
    system = await RunningSystem.start();
    file = join(system.dataDirectory, 'vms.yaml');
    whole = JSON.parse(readFileSync(file, 'utf8'));
  });
  after(() => system?.remove());

  /** Signing in from a page of another site: 403 where it is not among the allowed origins. */
  async function status(): Promise<number> {
    const answer = await fetch(`${system.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: DESK },
      body: JSON.stringify({ username: 'nobody', password: 'none' }),
    });
    return answer.status;
  }

  const write = (api: object): void =>
    writeFileSync(file, JSON.stringify({ ...whole, api: { ...whole.api, ...api } }));

  it('takes an allowed origin over without a restart', async () => {
    assert.equal(await status(), 403);
    const control = system.processOf('control')?.pid;
    write({ allowedOrigins: [DESK] });
    await waitFor('the origin to be allowed', async () => (await status()) === 401);
    assert.equal(system.processOf('control')?.pid, control);
  });

  it('refuses a wrong file, and goes on with the old one, also after a process was killed', async () => {
    write({ allowedOrigins: 'all', prot: 1 });
    await waitFor('the refusal', () => /api\.prot .*did you mean api\.port/.test(system.output));
    const { pid = 0 } = system.processOf('control') ?? {};
    process.kill(pid, 'SIGKILL');
    await waitFor('the process to come back', async () => {
      const again = await status().catch(() => 0);
      return system.processOf('control')?.pid !== pid && (again === 401 || again === 429);
    });
  });

  it('SIGHUP looks at once, and says what needs a restart', async () => {
    write({ allowedOrigins: [DESK], port: 1 });
    process.kill(system.launcherPid, 'SIGHUP');
    await waitFor('the warning', () => system.output.includes('Changes of api.port'));
    assert.match(system.output, /need a restart/);
  });
});
