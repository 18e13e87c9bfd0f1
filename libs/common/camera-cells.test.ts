import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_RETENTION_DAYS } from './camera.ts';
import { enabledOf, retentionDaysOf } from './camera-cells.ts';

test('yes and no in both languages; an empty cell is a yes, and nothing else is guessed', () => {
  for (const yes of ['', 'yes', 'Sim', 'X', '1', 'TRUE']) assert.equal(enabledOf(yes), true, yes);
  for (const no of ['no', 'Não', 'nao', '0', 'off']) assert.equal(enabledOf(no), false, no);
  for (const neither of ['maybe', '2', 'talvez', ' ']) assert.equal(enabledOf(neither), undefined);
});

test('days are whole, from 1 to the bound', () => {
  assert.deepEqual(
    [retentionDaysOf('1'), retentionDaysOf(`${MAX_RETENTION_DAYS}`), retentionDaysOf(' 7 ')],
    [1, MAX_RETENTION_DAYS, 7],
  );
  for (const wrong of [
    '',
    '0',
    `${MAX_RETENTION_DAYS + 1}`,
    '1.5',
    '-1',
    'x',
    '1e2',
    '0x10',
    '7.0',
  ]) {
    assert.equal(retentionDaysOf(wrong), undefined, wrong);
  }
});
