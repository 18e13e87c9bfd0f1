import type { AlertView } from '../api/types.ts';
import type { Translate } from '../i18n/translate.ts';

/** Name of a part of the system in plain words; its own name where we have none. */
export function serviceName(t: Translate, name: string): string {
  return t.find(`service.${name}`) ?? name;
}

/** What happened, in plain words; those of the system where the code is newer than this page. */
export function alertTitle(t: Translate, alert: AlertView): string {
  const { kind, name } = alert.subject;
  const subject = kind === 'service' ? serviceName(t, name) : name;
  return t.find(`alert.${alert.code}`, { subject, ...alert.values }) ?? alert.detail;
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
