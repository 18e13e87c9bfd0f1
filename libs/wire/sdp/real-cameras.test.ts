import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseRtpInfo, parseSession, parseTransport } from '../rtsp/headers.ts';
import type { RtspResponse } from '../rtsp/message.ts';
import { createRtspStreamParser } from '../rtsp/stream-parser.ts';
import { parseSessionDescription, type SessionDescription } from './session-description.ts';

const unexpected = (): never => assert.fail('nothing of this kind was sent');

/** Answers of real cameras, byte for byte; they are not part of the repository. */
const CAPTURES = join(import.meta.dirname, '../../../../shared/data/rtsp-captures');
const skip = existsSync(CAPTURES)
  ? false
  : 'the captures of real cameras are not on this machine (../shared/data/rtsp-captures)';
const files = skip === false ? readdirSync(CAPTURES).filter((name) => !/^LICENSE/.test(name)) : [];

function responseOf(bytes: Uint8Array): RtspResponse {
  const responses: RtspResponse[] = [];
  const parser = createRtspStreamParser({
    onResponse: (response) => responses.push(response),
    onData: unexpected,
    onRequest: unexpected,
    onLostFraming: unexpected,
  });
  // In small reads, as a slow network would bring them.
  for (let at = 0; at < bytes.length; at += 100) {
    parser.push(bytes, at, Math.min(at + 100, bytes.length));
  }
  const [response] = responses;
  assert.ok(response !== undefined && responses.length === 1, 'one whole response');
  return response;
}

function check(description: SessionDescription): void {
  assert.ok(description.tracks.length > 0);
  const video = description.tracks.filter((track) => track.kind === 'video');
  assert.equal(video.length, 1);
  for (const track of description.tracks) {
    assert.match(track.controlUrl, /^rtsp:\/\/[^\s@]+$/);
    assert.notEqual(track.controlUrl, description.controlUrl);
    if (track.codec === undefined) continue;
    assert.ok(track.supported);
    assert.ok(track.config !== undefined, `${track.encodingName} has a configuration`);
    if (track.config.kind === 'video') assert.ok(track.config.width >= 240);
  }
  assert.ok(video[0]?.codec === 'h264' || video[0]?.codec === 'h265');
}

test('captures of real cameras', async (context) => {
  if (skip !== false) {
    context.skip(skip);
    return;
  }
  assert.ok(files.length >= 25, `${files.length} captures`);
  let described = 0;
  for (const file of files) {
    await context.test(file, () => {
      const bytes = readFileSync(join(CAPTURES, file));
      const requestUrl = 'rtsp://192.168.5.206:554/stream';
      if (file.endsWith('_sdp.txt')) {
        check(parseSessionDescription(bytes, { requestUrl }));
        described++;
        return;
      }
      const response = responseOf(bytes);
      if (file.includes('_describe')) {
        const contentBase = response.headers.get('Content-Base');
        check(parseSessionDescription(response.body, { requestUrl, contentBase }));
        described++;
      } else if (file.includes('_setup')) {
        assert.ok(parseSession(response.headers.get('Session') ?? ''));
        const transport = parseTransport(response.headers.get('Transport') ?? '');
        assert.ok(transport.interleaved ?? transport.serverPort);
      } else if (file.includes('_play') && response.headers.get('RTP-Info') !== undefined) {
        for (const track of parseRtpInfo(response.headers.get('RTP-Info') ?? '')) {
          assert.ok(track.sequence !== undefined && track.rtpTime !== undefined);
        }
      } else {
        assert.ok(response.status === 200 || response.status === 401);
      }
    });
  }
  assert.ok(described >= 10, `${described} descriptions`);
});
