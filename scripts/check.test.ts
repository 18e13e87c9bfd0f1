import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CHECKS, runChecks } from './check.mjs';

async function verdictOf(result: { ok: boolean; looked: number; output: string }) {
  const said: string[] = [];
  const failed = await runChecks({ tool: async () => result }, (line: string) => said.push(line));
  return { failed, said: said.join('\n') };
}

describe('npm run check', () => {
  it('passes a tool that looked at files and found nothing, in one line', async () => {
    const { failed, said } = await verdictOf({ ok: true, looked: 3, output: 'chatter' });
    assert.deepEqual(failed, []);
    assert.match(said, /^tool +ok +3 files, \d+\.\d s$/);
  });

  it('fails a tool that looked at nothing, whatever it says', async () => {
    const { failed, said } = await verdictOf({ ok: true, looked: 0, output: '' });
    assert.deepEqual(failed, ['tool']);
    assert.match(said, /looked at nothing/);
  });

  it('fails a tool that found something, and shows what', async () => {
    const { failed, said } = await verdictOf({ ok: false, looked: 3, output: 'a.ts: wrong' });
    assert.deepEqual(failed, ['tool']);
    assert.match(said, /a\.ts: wrong/);
  });

  it('really looks: the generated Protocol Buffers code is what buf makes', async () => {
    const result = await CHECKS['generated code']();
    assert.ok(result.ok, result.output);
    assert.ok(result.looked > 0);
  });
});
