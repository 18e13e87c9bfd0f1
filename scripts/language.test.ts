import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { chooseLanguage } from '../apps/vms/language/choose-language.ts';
import { ROOT } from './installation.mjs';
import { inLanguage } from './language.mjs';

test('chooses the language as the system itself does', () => {
  const names = ['', 'C', 'en_US.UTF-8', 'pt', 'pt_BR.UTF-8', 'pt-BR', 'PT_PT@euro', 'ptx'];
  for (const VMS_LANG of names) {
    for (const LC_ALL of names) {
      for (const LANG of [undefined, ...names]) {
        const variables = { VMS_LANG, LC_ALL, LC_MESSAGES: '', LANG };
        const chosen = chooseLanguage(undefined, variables);
        assert.equal(inLanguage('en', 'pt-BR', variables), chosen, JSON.stringify(variables));
      }
    }
  }
});

test('bin/vms.mjs says in both languages what is missing in a fresh clone', (t) => {
  const clone = mkdtempSync(join(tmpdir(), 'vms-clone-'));
  t.after(() => rmSync(clone, { recursive: true }));
  for (const path of ['apps/vms/bin', 'scripts']) {
    cpSync(join(ROOT, path), join(clone, path), { recursive: true });
  }
  const said = (VMS_LANG: string): string => {
    const bin = join(clone, 'apps', 'vms', 'bin', 'vms.mjs');
    const env = { ...process.env, VMS_LANG };
    const { status, stderr } = spawnSync(bin, ['status'], { env, encoding: 'utf8' });
    assert.equal(status, 1);
    return stderr;
  };
  assert.equal(said('en'), `Nothing is installed yet. Run npm run build in ${clone} first.\n`);
  assert.equal(said('pt'), `Nada está instalado ainda. Execute npm run build em ${clone} antes.\n`);
});
