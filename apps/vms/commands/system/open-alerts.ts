import { type AlertView, alertPage } from '@vms/api/alerts/alert-schemas.ts';
import { MAX_ALERT_PAGE } from '@vms/api/alerts/bounds.ts';
import { en } from '@vms/api/alerts/mail/en.ts';
import { ptBr } from '@vms/api/alerts/mail/pt-br.ts';
import { isolate } from '@vms/common/bidi.ts';
import type { z } from 'zod';
import type { Terminal } from '../../command-line/terminal.ts';
import type { SystemApi } from '../../system-access/system-api.ts';
import { SEVERITY_TEXTS, STATUS_TEXTS } from './status-texts.ts';

/** Pages that are asked for: more than there may be open alerts of all cameras. */
const MAX_PAGES = 10;
/** Alerts that one screen tells. */
export const MAX_TOLD_ALERTS = 6;
/** The words of the mails: what happened, and what to do. */
const WORDS = { en, 'pt-BR': ptBr } as const;

/** All open alerts: the critical ones first, of each the newest first. */
export async function listOpenAlerts(api: SystemApi): Promise<AlertView[]> {
  const alerts: AlertView[] = [];
  let query = '';
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer: z.output<typeof alertPage> = await api.call(
      'GET',
      `/alerts?state=open&limit=${MAX_ALERT_PAGE}${query}`,
      alertPage,
    );
    alerts.push(...answer.alerts);
    if (answer.nextCursor === null) break;
    query = `&cursor=${encodeURIComponent(answer.nextCursor)}`;
  }
  const is = (severity: string) => alerts.filter((alert) => alert.severity === severity);
  return [...is('critical'), ...is('warning')];
}

/** The first of them in words. @param timeZone in which times are told */
export function tellAlerts(
  alerts: readonly AlertView[],
  timeZone: string,
  terminal: Terminal,
): void {
  const { language } = terminal;
  terminal.print('');
  if (alerts.length === 0) {
    terminal.say(STATUS_TEXTS.noAlerts);
    return;
  }
  terminal.say(STATUS_TEXTS.alerts);
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone,
  });
  for (const { code, severity, subject, values, openedAt } of alerts.slice(0, MAX_TOLD_ALERTS)) {
    const { title, remedy } = WORDS[language].alerts[code];
    const mark = terminal.in(SEVERITY_TEXTS[severity]).padEnd(8);
    const time = format.format(Date.parse(openedAt));
    const since = terminal.in(STATUS_TEXTS.since, { time, zone: timeZone });
    const runbook = `docs/runbooks/${code}.md`;
    terminal.print(`  ${mark}  ${title(isolate(subject.name), values)} ${since}`);
    terminal.print(`${' '.repeat(12)}${terminal.in(STATUS_TEXTS.remedy, { remedy, runbook })}`);
  }
  const more = alerts.length - MAX_TOLD_ALERTS;
  if (more > 0) terminal.print(`  ${terminal.in(STATUS_TEXTS.moreAlerts, { count: more })}`);
}
