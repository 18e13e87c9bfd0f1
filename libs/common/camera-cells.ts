import { MAX_RETENTION_DAYS } from './camera.ts';

/** What the cells of a list of cameras mean; the page and the command line read the same. */

const YES = /^(|yes|y|true|1|on|sim|s|verdadeiro|ativa|ativo|x)$/i;
const DAYS = /^\d{1,5}$/;
const NO = /^(no|n|false|0|off|não|nao|falso|inativa|inativo)$/i;

/** Whether a camera is to be recorded; an empty cell is a yes. Undefined where it is neither yes nor no. */
export function enabledOf(cell: string): boolean | undefined {
  if (YES.test(cell)) return true;
  return NO.test(cell) ? false : undefined;
}

/** Days that recordings are kept: a whole number from 1 to MAX_RETENTION_DAYS. Undefined where it is none. */
export function retentionDaysOf(cell: string): number | undefined {
  const text = cell.trim();
  const days = Number(text);
  return DAYS.test(text) && days >= 1 && days <= MAX_RETENTION_DAYS ? days : undefined;
}
