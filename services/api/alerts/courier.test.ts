import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import type { Alert } from '@vms/common/alert.ts';
import { ManualClock } from '@vms/common/manual-clock.ts';
import { migrate } from '@vms/database/migrations.ts';
import { openSqlite } from '@vms/database/sqlite.ts';
import { createLogger } from '@vms/telemetry/logger.ts';
import { createMetrics } from '@vms/telemetry/metrics.ts';
import { API_MIGRATIONS } from '../database/migrations.ts';
import type { ApiSchema } from '../database/schema.ts';
import { until } from '../testing/api-harness.ts';
import { startWebhookReceiver } from '../testing/webhook-receiver.ts';
import { createAlertMetrics } from './alert-metrics.ts';
import { AlertStore } from './alert-store.ts';
import { MAX_DELIVERY_AGE_MS, MAX_DELIVERY_ATTEMPTS } from './bounds.ts';
import { Courier } from './courier.ts';
import { Outbox } from './outbox.ts';
import { createWebhookChannel } from './webhook-channel.ts';

/** Milliseconds for {@link MAX_DELIVERY_ATTEMPTS} real requests on a machine that is busy with others. */
const MAX_ALL_ATTEMPTS_MS = 60_000;
/** Longer than any wait of this courier, whose jitter is always the shortest. */
const STEP_MS = 100;

function alertOf(id: string, at: number): Alert {
  return {
    id,
    code: 'camera.down',
    severity: 'critical',
    subject: { kind: 'camera', id, name: id },
    openedAt: at,
    closedAt: null,
    detail: '',
    values: {},
  };
}

test('a message is given up after MAX_DELIVERY_ATTEMPTS, and the next one has its turn', async (t) => {
  const receiver = await startWebhookReceiver(t);
  receiver.answer = (response) => response.writeHead(503).end();
  const database = openSqlite<ApiSchema>({ path: ':memory:' });
  t.after(() => database.close());
  const clock = new ManualClock();
  await migrate(database, API_MIGRATIONS, clock);
  const { queries } = database;
  const outbox = new Outbox({ queries, random: randomBytes, channels: ['duty'] });
  const opened = ['first', 'second'].map((id) => alertOf(id, clock.now()));
  const began = clock.now();
  await new AlertStore(queries, outbox).apply({ opened, closed: [] }, began);
  const logs: string[] = [];
  const write = (line: string): void => void logs.push(line);
  const courier = new Courier({
    channel: createWebhookChannel({ id: 'duty', url: receiver.url }, { clock }),
    outbox,
    clock,
    logger: createLogger({ service: 'api', level: 'warn', destination: { write } }),
    random: (count) => new Uint8Array(count),
    metrics: createAlertMetrics(createMetrics('api', { process: false }), () => []),
  });
  t.after(() => courier.stop());
  const waiting = async (): Promise<number> => (await outbox.state('duty')).waiting;

  courier.wake();
  await until(async () => {
    clock.advance(STEP_MS);
    return (await waiting()) === 1;
  }, MAX_ALL_ATTEMPTS_MS);
  receiver.answer = (response) => response.writeHead(204).end();
  await until(async () => {
    clock.advance(STEP_MS);
    return (await waiting()) === 0;
  });

  const tried = receiver.received.map(({ json }) => json.data.id);
  assert.equal(tried.filter((id) => id === 'first').length, MAX_DELIVERY_ATTEMPTS);
  assert.equal(tried.at(-1), 'second');
  assert.ok(clock.now() - began < MAX_DELIVERY_AGE_MS, 'it was not its age');
  const givenUp = logs.map((line) => JSON.parse(line)).filter((line) => line.givenUp);
  assert.deepEqual(
    givenUp.map(({ msg, attempts }) => [msg, attempts]),
    [['A message of an alert is given up.', MAX_DELIVERY_ATTEMPTS]],
  );
});
