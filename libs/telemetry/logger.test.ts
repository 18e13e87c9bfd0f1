import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from './logger.ts';
import { MAX_LOG_DEPTH, MAX_LOG_TEXT_CHARACTERS, REDACTED, redact, redactText } from './redact.ts';

const CANARY = 'c4n4ry-s3cret';

function capture(): { lines: string[]; destination: { write(line: string): void } } {
  const lines: string[] = [];
  return { lines, destination: { write: (line) => lines.push(line) } };
}

test('writes one JSON object a line with service, level, time and child fields', () => {
  const { lines, destination } = capture();
  const logger = createLogger({ service: 'ingest', destination });
  logger.child({ camera: 'cam_a' }).warn({ attempt: 2 }, 'No answer.');
  logger.debug({}, 'not written at level info');
  assert.equal(lines.length, 1);
  const { time, ...entry } = JSON.parse(lines[0] ?? '');
  assert.deepEqual(entry, {
    level: 'warn',
    service: 'ingest',
    camera: 'cam_a',
    attempt: 2,
    msg: 'No answer.',
  });
  assert.match(time, /^\d{4}-\d\d-\d\dT.*Z$/);
});

const cases: [string, (log: ReturnType<typeof createLogger>) => void][] = [
  ['password field', (log) => log.info({ camera: { password: CANARY } }, 'x')],
  ['header', (log) => log.info({ headers: { Authorization: `Bearer ${CANARY}` } }, 'x')],
  ['cookie', (log) => log.info({ headers: { 'set-cookie': [`vms_session=${CANARY}`] } }, 'x')],
  ['url in a field', (log) => log.info({ url: `rtsp://admin:${CANARY}@10.0.0.1/` }, 'x')],
  ['url in the message', (log) => log.info({}, `cannot reach rtsp://a:${CANARY}@h:554/live`)],
  ['unescaped password', (log) => log.info({}, `rtsp://a:b/c#d@e${CANARY}@h:554/live`)],
  ['error', (log) => log.error({ error: new Error(`rtsp://a:${CANARY}@h`) }, 'x')],
  [
    'cause of an error',
    (log) => log.error({ error: new Error('x', { cause: { token: CANARY } }) }, 'x'),
  ],
  ['child', (log) => log.child({ sealedPassword: CANARY, camera: 'a' }).info({}, 'x')],
  ['URL object', (log) => log.info({ url: new URL(`rtsp://a:${CANARY}@h/`) }, 'x')],
  ['bearer in text', (log) => log.info({}, `Authorization: Bearer ${CANARY}`)],
  ['live path', (log) => log.info({ path: `/live/v1/${CANARY}/mse` }, 'x')],
  ['media path', (log) => log.info({ path: `/media/v1/${CANARY}/index.m3u8` }, 'x')],
];
for (const [name, write] of cases) {
  test(`never writes a secret: ${name}`, () => {
    const { lines, destination } = capture();
    write(createLogger({ service: 'api', destination }));
    assert.equal(lines.length, 1);
    assert.ok(!lines.join('').includes(CANARY), lines.join(''));
    assert.ok(lines.join('').includes(REDACTED), lines.join(''));
  });
}

test('leaves a URL without user information alone', () => {
  assert.equal(redactText('see http://127.0.0.1:8080/a'), 'see http://127.0.0.1:8080/a');
});

test('bounds depth and length, and survives circles', () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  assert.deepEqual(redact(circle), { self: '[circular]' });
  let deep: unknown = 'bottom';
  for (let i = 0; i <= MAX_LOG_DEPTH; i++) deep = { deep };
  assert.ok(JSON.stringify(redact(deep)).includes('[deeper]'));
  assert.equal(
    redactText('x'.repeat(MAX_LOG_TEXT_CHARACTERS + 5)).length,
    MAX_LOG_TEXT_CHARACTERS + 1,
  );
});
