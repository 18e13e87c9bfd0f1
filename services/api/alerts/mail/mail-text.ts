import type { Alert } from '@vms/common/alert.ts';
import type { AlertMessage } from '../channel.ts';
import { en } from './en.ts';
import { ptBr } from './pt-br.ts';
import type { MailWords } from './words.ts';

/** Languages that mails are written in. */
export const MAIL_LANGUAGES = ['en', 'pt-BR'] as const;
export type MailLanguage = (typeof MAIL_LANGUAGES)[number];

const WORDS: Readonly<Record<MailLanguage, MailWords>> = { en, 'pt-BR': ptBr };
/** Before every subject, so that a person's filters find it. */
const MARK = '[VMS]';

export interface MailText {
  readonly subject: string;
  readonly text: string;
}

/**
 * What is written of these messages, one after the other.
 * @param timeZone of the system, in which times are told; it is named beside them
 */
export function mailText(
  messages: readonly AlertMessage[],
  language: MailLanguage,
  timeZone: string,
): MailText {
  const words = WORDS[language];
  const told = messages.flatMap(({ event, alert }) => (alert === null ? [] : [{ event, alert }]));
  const [first] = told;
  if (first === undefined) {
    const text = `${words.testText}\n\n-- \n${words.signature}\n`;
    return { subject: `${MARK} ${words.testSubject}`, text };
  }
  const closed = told.filter(({ event }) => event === 'closed').length;
  const title = titleOf(first.alert, first.event === 'closed', words);
  const subject =
    told.length === 1 ? title : `${words.several(told.length - closed, closed)} – ${title}`;
  const parts = told.map(({ event, alert }) => partOf(alert, event === 'closed', words, timeZone));
  return {
    subject: `${MARK} ${subject}`,
    text: `${parts.join('\n\n')}\n\n-- \n${words.signature}\n`,
  };
}

function partOf(alert: Alert, isOver: boolean, words: MailWords, timeZone: string): string {
  const time = new Intl.DateTimeFormat(words.locale, {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone,
  });
  const opened = time.format(alert.openedAt);
  const lines = [titleOf(alert, isOver, words)];
  if (isOver && alert.closedAt !== null) {
    lines.push(`  ${words.from(opened, time.format(alert.closedAt))} (${timeZone})`);
    return lines.join('\n');
  }
  lines.push(`  ${words.since(opened)} (${timeZone})`);
  if (alert.detail !== '') lines.push(`  ${words.detail}: ${oneLine(alert.detail)}`);
  lines.push(`  ${words.whatToDo}: ${words.alerts[alert.code].remedy}`);
  lines.push(`  docs/runbooks/${alert.code}.md`);
  return lines.join('\n');
}

function titleOf({ code, subject, values }: Alert, isOver: boolean, words: MailWords): string {
  const title = words.alerts[code].title(oneLine(subject.name), values);
  return isOver ? `${words.over}: ${title}` : title;
}

/** Names of cameras are a person's: without line breaks, and without what turns writing around. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}
