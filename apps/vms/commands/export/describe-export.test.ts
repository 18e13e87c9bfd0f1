import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraId } from '@vms/common/ids.ts';
import { Terminal } from '../../command-line/terminal.ts';
import { describeExport, type Exported, tellExport } from './describe-export.ts';

const FROM = Date.UTC(2026, 10, 1, 12);
const MINUTE = 60_000;
const EXPORTED: Exported = {
  camera: {
    id: 'cam_aaaaaaaaaaaaaaaa' as CameraId,
    name: 'Door',
    timeZone: 'UTC',
  },
  range: { from: FROM, to: FROM + 60 * MINUTE, zone: 'UTC' },
  format: 'mp4',
  report: {
    files: [],
    pieces: [],
    recordedTwice: [{ from: FROM + 10 * MINUTE, to: FROM + 40 * MINUTE }],
  },
  gaps: [],
};

test('what was recorded twice is reported in both languages, and to programs', () => {
  const told = (language: 'en' | 'pt-BR'): string => {
    let out = '';
    const stdout = { write: (text: string) => (out += text) };
    tellExport(EXPORTED, new Terminal({ language, json: false, stdout, stderr: stdout }));
    return out;
  };
  assert.match(told('en'), /clock was set back: .*12:10.*12:40.* was recorded twice/);
  assert.match(told('pt-BR'), /relógio foi atrasado: .*12:10.*12:40.* há duas gravações/);
  const { recordedTwice } = describeExport(EXPORTED) as { readonly recordedTwice: unknown };
  assert.deepEqual(recordedTwice, [
    { from: '2026-11-01T12:10:00.000Z', to: '2026-11-01T12:40:00.000Z' },
  ]);
});
