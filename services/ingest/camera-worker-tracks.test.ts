import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ACCESS_UNIT_BYTES } from '@vms/wire/rtp/video-assembler.ts';
import { rtpPacket } from './testing/rtp-frames.ts';
import { AUDIO_SDP, type Script, VIDEO_SDP } from './testing/scripted-camera.ts';
import { until } from './testing/until.ts';
import { withWorker } from './testing/worker-rig.ts';

test('sound that is announced is reported only while it comes', async () => {
  const script: Script = { frameIntervalMs: 0, sdp: VIDEO_SDP + AUDIO_SDP };
  await withWorker(script, async (rig, camera) => {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', rig.clock);
    let sent = 0;
    const plays = async (detail: RegExp, sound = false): Promise<void> => {
      for (let i = 0; i < 100 && !detail.test(rig.worker.status.detail); i++) {
        if (sound) camera.last.sendSound();
        await rig.frame(camera, sent++ % 5 === 0);
        rig.clock.advance(200);
      }
      assert.match(rig.worker.status.detail, detail);
    };
    const audio = () => rig.worker.tracks[1];
    await plays(/^The camera sends H\.264 video of 240 × 160\.$/);
    assert.equal(audio()?.delivery, 'nothing-yet');
    await plays(/It announces G\.711 A-law audio, of which nothing usable has been received\.$/);
    assert.equal(audio()?.delivery, 'nothing-yet');
    assert.ok((audio()?.silentSeconds ?? 0) >= 5);
    assert.ok(rig.frames.every(({ config }) => config.kind === 'video'));
    await plays(/with G\.711 A-law audio\.$/, true);
    assert.deepEqual([audio()?.delivery, audio()?.silentSeconds], ['receiving', 0]);
    await plays(/Its G\.711 A-law audio has stopped\.$/);
    assert.equal(audio()?.delivery, 'stopped');
    assert.equal(rig.state, 'online');
  });
});

test('pictures over 8 MiB are left out, and said to be', async () => {
  await withWorker({ frameIntervalMs: 0 }, async (rig, camera) => {
    await until(() => camera.methods.includes('PLAY'), 'PLAY', rig.clock);
    let sent = 0;
    let timestamp = 0;
    /** One slice of a picture; the last one has the marker. */
    const slice = (bytes: number, isLast: boolean): void => {
      const packet = Buffer.from(rtpPacket(sent++, timestamp === 1, { bytes }));
      packet.writeUInt32BE(timestamp * 3600, 4);
      if (!isLast) packet[1] = (packet[1] ?? 0) & 0x7f;
      camera.last.sendPacket(0, packet);
    };
    const picture = async (slices: number, bytes: number): Promise<void> => {
      const { receivedBytes } = rig.worker.counters;
      timestamp++;
      for (let i = 1; i <= slices; i++) slice(bytes, i === slices);
      const due = receivedBytes + slices * bytes;
      await until(() => rig.worker.counters.receivedBytes >= due, 'the packets');
      rig.clock.advance(40);
    };
    for (let i = 0; i < 5; i++) await picture(1, 100);
    await rig.reaches('online');
    await picture(Math.ceil(MAX_ACCESS_UNIT_BYTES / 60_000) + 1, 60_000);
    for (let i = 0; i < 5; i++) await picture(1, 100);
    const words = /Pictures left out because they are too large: 1\.$/;
    await until(() => words.test(rig.worker.status.detail), 'the words', rig.clock, 40);
    assert.equal(rig.state, 'online');
  });
});
