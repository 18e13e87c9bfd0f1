import type { EpochMs } from '@vms/common/clock.ts';
import type { AlertView } from '../api/types.ts';
import type { Translate } from '../i18n/translate.ts';
import { duration, type Formatters } from '../time/format.ts';

/** Name of a part of the system in plain words; its own name where we have none. */
export function serviceName(t: Translate, name: string): string {
  return t.find(`service.${name}`) ?? name;
}

/** What happened, in plain words; those of the system where the code is newer than this page. */
export function alertTitle(t: Translate, alert: AlertView, format: Formatters): string {
  const { kind, name } = alert.subject;
  const subject = kind === 'service' ? serviceName(t, name) : name;
  const { expiresAt } = alert.values;
  const day = typeof expiresAt === 'string' && { expiresAt: format.date(Date.parse(expiresAt)) };
  return t.find(`alert.${alert.code}`, { subject, ...alert.values, ...day }) ?? alert.detail;
}

/** When it began and how long it has lasted or did last. `moment` writes an instant as the page does. */
export function alertTime(
  t: Translate,
  alert: AlertView,
  moment: (at: EpochMs) => string,
  now: EpochMs,
): string {
  const from = Date.parse(alert.openedAt);
  const time = moment(from);
  if (alert.closedAt === null) return t('health.since', { time, length: duration(now - from) });
  return t('health.was', { from: time, length: duration(Date.parse(alert.closedAt) - from) });
}

/** What to do about it; undefined where we do not know. */
export function alertRemedy(t: Translate, alert: AlertView): string | undefined {
  const { state } = alert.values;
  // A camera's state says more than that the camera is down.
  const ofState =
    alert.code === 'camera.down' && typeof state === 'string'
      ? t.find(`state.${state}.remedy`)
      : undefined;
  return ofState ?? t.find(`alert.${alert.code}.do`, alert.values);
}
