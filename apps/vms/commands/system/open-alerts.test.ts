import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlertView } from '@vms/api/alerts/alert-schemas.ts';
import { Terminal } from '../../command-line/terminal.ts';
import type { Language } from '../../language/text.ts';
import { MAX_TOLD_ALERTS, tellAlerts } from './open-alerts.ts';

const ZONE = 'America/Sao_Paulo';

function alert(more: Partial<AlertView> = {}): AlertView {
  return {
    id: 'alert_a',
    code: 'camera.down',
    severity: 'critical',
    subject: { kind: 'camera', id: 'cam_a', name: 'Portão \u001b[31m 🚗' },
    openedAt: '2026-11-20T17:03:22.000Z',
    closedAt: null,
    detail: 'Words of the system.',
    values: { state: 'unreachable' },
    ...more,
  };
}

function told(alerts: readonly AlertView[], language: Language): string {
  let said = '';
  const stdout = {
    write: (text: string) => {
      said += text;
    },
  };
  tellAlerts(alerts, ZONE, new Terminal({ language, json: false, stdout, stderr: stdout }));
  return said;
}

test('an alert is told with its time, its zone, and what to do', () => {
  assert.equal(
    told([alert()], 'en'),
    `
Attention
  CRITICAL  Portão [31m 🚗 sends no pictures (since Nov 20, 2026, 2:03 PM, America/Sao_Paulo)
            → Check its power, its network cable and its password. Nothing of it is recorded now. (docs/runbooks/camera.down.md)
`,
  );
  const values = { expiresAt: '2026-12-01T12:00:00.000Z' };
  const expiring = alert({ code: 'certificate.expiring', severity: 'warning', values });
  assert.match(
    told([expiring], 'pt-BR'),
    /^ {2}AVISO {5}O certificado vence em 1 de dez\. de 2026 \(desde 20 de nov\. de 2026, 14:03, America\/Sao_Paulo\)$/m,
  );
});

test('a name that runs from right to left turns nothing of the title', () => {
  const subject = { kind: 'camera', id: 'cam_a', name: '\u2069שער\u202e' } as const;
  assert.match(told([alert({ subject })], 'en'), / \u2068שער\u2069 sends no pictures /);
});

test('one screen tells no more than it holds, and counts the rest', () => {
  const many = Array.from({ length: MAX_TOLD_ALERTS + 3 }, () => alert());
  const english = told(many, 'en');
  assert.equal(english.match(/CRITICAL/g)?.length, MAX_TOLD_ALERTS);
  assert.match(english, /… and 3 more; the page lists all of them\.$/m);
  assert.match(told(many, 'pt-BR'), /… e mais 3; a página lista todos\.$/m);
  assert.doesNotMatch(told(many.slice(3), 'en'), /more/);
});

test('all well is said as such', () => {
  assert.equal(told([], 'en'), '\nNo alert is open.\n');
  assert.equal(told([], 'pt-BR'), '\nNenhum alerta aberto.\n');
});
