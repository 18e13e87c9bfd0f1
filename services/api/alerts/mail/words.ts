import type { AlertCode, AlertValues } from '@vms/common/alert.ts';

/** What a mail says of an alert; `name` is what a person calls its subject. */
export interface AlertWords {
  readonly title: (name: string, values: AlertValues) => string;
  /** What to do, in one or two sentences. */
  readonly remedy: string;
}

/** Everything that a mail says, in one language. */
export interface MailWords {
  /** BCP 47, for dates. */
  readonly locale: string;
  readonly alerts: Readonly<Record<AlertCode, AlertWords>>;
  /** Before the title of an alert that is over. */
  readonly over: string;
  readonly since: (time: string) => string;
  readonly from: (from: string, to: string) => string;
  readonly detail: string;
  readonly whatToDo: string;
  readonly several: (opened: number, closed: number) => string;
  readonly testSubject: string;
  readonly testText: string;
  readonly signature: string;
}

export function gigabytes(bytes: string | number | undefined, locale: string): string {
  const format = { maximumFractionDigits: 1 } as const;
  return `${(Number(bytes ?? 0) / 1e9).toLocaleString(locale, format)} GB`;
}

/** The day of an instant in ISO 8601, by UTC: certificates end by that. */
export function day(iso: string | number | undefined, locale: string): string {
  const format = { dateStyle: 'medium', timeZone: 'UTC' } as const;
  return new Date(iso ?? 0).toLocaleDateString(locale, format);
}

export function decimal(value: string | number | undefined, locale: string): string {
  return Number(value ?? 0).toLocaleString(locale, { maximumFractionDigits: 1 });
}
