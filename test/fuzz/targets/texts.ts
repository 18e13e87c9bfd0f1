import assert from 'node:assert/strict';
import { MAX_ADDRESS_SECRETS } from '@vms/common/address-secrets.ts';
import {
  MAX_CREDENTIAL_CHARACTERS,
  MAX_URL_CHARACTERS,
  readCameraAddress,
} from '@vms/common/camera-address.ts';
import { MAX_LOG_TEXT_CHARACTERS, redactText } from '@vms/telemetry/redact.ts';
import type { TargetBound } from '../fuzz-target.ts';

const text = (...lines: readonly string[]): Uint8Array => Buffer.from(lines.join('\n'));
const ADDRESSES = [
  'rtsp://admin:geheim@192.0.2.7:554/Streaming/Channels/101',
  'rtsps://[2001:db8::7]/user=admin_password=geheim_channel=1_stream=0.sdp?real_stream',
  'rtsp://192.0.2.7/cam/realmonitor?channel=1&subtype=0&pwd=%2567eheim',
];
const ADDRESS_BOUNDS: readonly TargetBound[] = [
  {
    name: 'MAX_URL_CHARACTERS',
    bound: MAX_URL_CHARACTERS,
    input: (size) => Buffer.from('rtsp://192.0.2.7/'.padEnd(size, 'a:')),
  },
  {
    name: 'MAX_CREDENTIAL_CHARACTERS',
    bound: MAX_CREDENTIAL_CHARACTERS,
    input: (size) => Buffer.from(`rtsp://admin:${'g'.repeat(size)}@192.0.2.7/`),
  },
  {
    name: 'MAX_ADDRESS_SECRETS',
    bound: MAX_ADDRESS_SECRETS,
    input: (size) => Buffer.from(`rtsp://192.0.2.7/?${'pwd=geheim&'.repeat(Math.min(size, 128))}`),
  },
];

/** What people type and paste as the address of a camera. */
export const cameraAddressTarget = {
  name: 'camera-address',
  seeds: () => ADDRESSES.map((address) => text(address)),
  bounds: ADDRESS_BOUNDS,
  run: (input: Uint8Array) => {
    const read = readCameraAddress(Buffer.from(input).toString('utf8'));
    if (typeof read === 'string') return;
    assert.ok(read.secrets.length <= MAX_ADDRESS_SECRETS);
    assert.ok(!read.url.includes('@') || !new URL(read.url).password);
  },
};

/** What strangers write into logs. */
export const logTextTarget = {
  name: 'log-text',
  seeds: () => [
    text(...ADDRESSES),
    text('Authorization: Bearer abcdefghijkl', 'GET /media/v1/secret/index.m3u8'),
  ],
  bounds: [
    {
      name: 'MAX_LOG_TEXT_CHARACTERS',
      bound: MAX_LOG_TEXT_CHARACTERS,
      input: (size: number) => Buffer.from('@ '.padEnd(size, 'a://')),
    },
  ],
  run: (input: Uint8Array) => {
    const text = Buffer.from(input).toString('utf8');
    assert.doesNotMatch(redactText(text), /\bbearer\s+[a-z0-9]{6}/i);
  },
};
