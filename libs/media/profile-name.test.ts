import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CodecConfig } from '@vms/common/frame.ts';
import { profileNameOf } from './profile-name.ts';

function video(codec: 'h264' | 'h265', ...record: number[]): CodecConfig {
  const codecString = codec === 'h264' ? 'avc1' : 'hvc1';
  return {
    kind: 'video',
    codec,
    width: 2,
    height: 2,
    record: Uint8Array.from(record),
    codecString,
  };
}

function audio(codec: 'aac' | 'pcma', codecString: string): CodecConfig {
  return {
    kind: 'audio',
    codec,
    sampleRate: 8000,
    channels: 1,
    record: Uint8Array.of(),
    codecString,
  };
}

test('profiles have the names that cameras show', () => {
  const cases: readonly (readonly [CodecConfig, string | undefined])[] = [
    [video('h264', 1, 66, 0), 'Baseline'],
    [video('h264', 1, 66, 0xc0), 'Constrained Baseline'],
    [video('h264', 1, 77, 0x40), 'Main'],
    [video('h264', 1, 100, 0), 'High'],
    [video('h264', 1, 3, 0), undefined],
    [video('h264'), undefined],
    [video('h265', 1, 1), 'Main'],
    [video('h265', 1, 0x22), 'Main 10'],
    [audio('aac', 'mp4a.40.2'), 'LC'],
    [audio('aac', 'mp4a.40.29'), 'HE v2'],
    [audio('pcma', 'pcma'), undefined],
  ];
  for (const [config, name] of cases) assert.equal(profileNameOf(config), name);
});
