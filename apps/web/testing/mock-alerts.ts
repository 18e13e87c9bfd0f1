import type { AlertChannel, AlertPage, AlertView } from '../src/api/types.ts';

const HOUR = 3_600_000;
/** Alerts of one page of the list. */
const PAGE = 3;

/** Something open, something over, and two places to tell. */
export interface MockAlerts {
  alerts: AlertView[];
  channels: AlertChannel[];
}

export function createAlerts(): MockAlerts {
  return { alerts: [], channels: [] };
}

/** One of every kind of subject, open, and a few that are over. */
export function troubles(now: number): AlertView[] {
  const alert = (
    number: number,
    code: string,
    severity: AlertView['severity'],
    subject: AlertView['subject'],
    more: Partial<AlertView> = {},
  ): AlertView => ({
    id: `alert_${'abcdefgh'.charAt(number).repeat(16)}`,
    code,
    severity,
    subject,
    openedAt: new Date(now - number * HOUR).toISOString(),
    closedAt: null,
    detail: '',
    values: {},
    ...more,
  });
  const camera = { kind: 'camera', id: 'cam_eeeeeeeeeeeeeeee', name: 'Reception' } as const;
  const volume = { kind: 'volume', id: 'archive', name: '/mnt/archive' } as const;
  const over = { closedAt: new Date(now - HOUR / 2).toISOString() };
  return [
    alert(1, 'camera.down', 'critical', camera, {
      detail: 'DESCRIBE rtsp://10.0.4.17:554/ was answered with 401 Unauthorized.',
      values: { state: 'wrong-password' },
    }),
    alert(2, 'volume.full', 'critical', volume, { detail: 'Volume archive is full.' }),
    alert(3, 'service.degraded', 'warning', { kind: 'service', id: 'stream', name: 'stream' }),
    alert(4, 'volume.missing', 'critical', volume, over),
    alert(
      5,
      'moon.full',
      'warning',
      { kind: 'system', id: 'system', name: 'system' },
      {
        ...over,
        detail: 'The moon is full.',
      },
    ),
  ];
}

export function channelsOf(now: number): AlertChannel[] {
  return [
    {
      id: 'mail',
      kind: 'mail',
      target: 'me@example.org',
      lastDeliveredAt: new Date(now - HOUR).toISOString(),
      lastError: null,
      waiting: 0,
    },
    {
      id: 'webhook-1',
      kind: 'webhook',
      target: 'https://example.org/alerts',
      lastDeliveredAt: null,
      lastError: 'connect ECONNREFUSED 192.0.2.7:443',
      waiting: 2,
    },
  ];
}

export function alertPage(world: MockAlerts, query: URLSearchParams): AlertPage {
  const all = world.alerts.filter((one) => query.get('state') === 'all' || one.closedAt === null);
  const from = Number(query.get('cursor') ?? 0);
  const next = from + PAGE;
  return {
    alerts: all.slice(from, next),
    nextCursor: next < all.length ? String(next) : null,
  };
}

export function testChannel(id: string | undefined): { ok: boolean; detail: string } {
  return id === 'mail'
    ? { ok: true, detail: '' }
    : { ok: false, detail: 'connect ECONNREFUSED 192.0.2.7:443' };
}
