import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { BACKUP_VERSION, type Backup, decodeBackup, encodeBackup } from './backup-file.ts';

const backup: Backup = {
  dataFormat: 1,
  madeBy: '0.1.0',
  createdAt: '2026-11-26T05:00:00.000Z',
  files: [{ path: 'secrets/master.key', base64: 'AAAA' }],
  volumes: [{ path: '/mnt/disk1', identity: '{}' }],
};

function packed(change: (json: Record<string, unknown>) => void): Buffer {
  const [, body = ''] = gunzipSync(encodeBackup(backup)).toString('utf8').split('\n');
  const json = JSON.parse(body) as Record<string, unknown>;
  change(json);
  const text = JSON.stringify(json);
  return gzipSync(`${createHash('sha256').update(text).digest('hex')}\n${text}`);
}

test('comes back as it was', () => {
  assert.deepEqual(decodeBackup(encodeBackup(backup), 'a.backup'), backup);
});

test('refuses what was changed, cut off, or is something else', () => {
  const whole = encodeBackup(backup);
  const text = gunzipSync(whole).toString('utf8');
  const wrong = [
    Buffer.from('no back-up'),
    whole.subarray(0, -9),
    gzipSync(text.replace('AAAA', 'AAAB')),
    gzipSync('no line'),
    packed((json) => Object.assign(json, { format: 'other' })),
    packed((json) => Object.assign(json, { surplus: 1 })),
  ];
  for (const bytes of wrong) {
    assert.throws(() => decodeBackup(bytes, 'a.backup'), { code: 'backup.damaged' });
  }
});

test('writes nowhere but where a back-up belongs', () => {
  for (const path of ['../etc/passwd', '/etc/passwd', 'secrets/../x', 'secrets/other', 'api/x']) {
    const bytes = packed((json) => Object.assign(json, { files: [{ path, base64: '' }] }));
    assert.throws(() => decodeBackup(bytes, 'a.backup'), { code: 'backup.damaged' }, path);
  }
});

test('refuses a newer one by its number, whatever else it holds', () => {
  const bytes = packed((json) => {
    json.version = BACKUP_VERSION + 1;
    json.surplus = 1;
  });
  assert.throws(() => decodeBackup(bytes, 'a.backup'), {
    code: 'backup.newer-version',
    message: /newer version of vms \(format 2; this one knows 1\)\. Nothing was changed/,
  });
});
