import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zoneGroups } from './zone-groups.ts';

test('zones stand by region, and the one that is set is among them', () => {
  const groups = zoneGroups(['Europe/Berlin', 'America/Sao_Paulo'], 'America/Argentina/Ushuaia');
  assert.deepEqual(
    groups.map(({ region, zones }) => [region, zones.map(({ place }) => place)]),
    [
      ['America', ['Argentina, Ushuaia', 'Sao Paulo']],
      ['Europe', ['Berlin']],
      ['UTC', ['UTC']],
    ],
  );
  assert.ok(zoneGroups(['Europe/Berlin'], '').every(({ zones }) => zones.length === 1));
});
