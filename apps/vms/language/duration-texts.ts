import { text } from './text.ts';

export const DURATION_TEXTS = {
  seconds: text('{seconds} s', '{seconds} s'),
  minutes: text('{minutes} min {seconds} s', '{minutes} min {seconds} s'),
  hours: text('{hours} h {minutes} min', '{hours} h {minutes} min'),
} as const;
