import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

test('gives Prometheus text with the service as a label', async () => {
  const metrics = createMetrics('ingest', { process: false });
  metrics
    .counter('vms_ingest_frames_total', 'Frames taken in.', ['codec'])
    .inc({ codec: 'h264' }, 3);
  metrics.counter('vms_ingest_frames_total', 'Frames taken in.', ['codec']).inc({ codec: 'h264' });
  let held = 7;
  metrics.gauge('vms_ingest_cameras', 'Cameras held.', [], (gauge) => gauge.set(held));
  metrics.histogram('vms_ingest_login_seconds', 'Time to log in.').observe(0.02);
  const text = await metrics.text();
  assert.match(text, /vms_ingest_frames_total\{codec="h264",service="ingest"\} 4/);
  assert.match(text, /vms_ingest_cameras\{service="ingest"\} 7/);
  assert.match(text, /vms_ingest_login_seconds_count\{service="ingest"\} 1/);
  held = 8;
  assert.match(await metrics.text(), /vms_ingest_cameras\{service="ingest"\} 8/);
  assert.match(metrics.contentType, /^text\/plain/);
});

test('refuses one name for two types', () => {
  const metrics = createMetrics('ingest', { process: false });
  metrics.counter('vms_a_total', 'A.');
  assert.throws(() => metrics.gauge('vms_a_total', 'A.'), TypeError);
});

test('tells of its process', async () => {
  assert.match(await createMetrics('api').text(), /process_resident_memory_bytes\{service="api"\}/);
});
