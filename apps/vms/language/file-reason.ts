import { messageOf, systemErrorCode } from '@vms/common/errors.ts';
import { FILE_REASON_TEXTS } from './file-reason-texts.ts';
import { type Language, translate } from './text.ts';

/** Why a file cannot be read, for the middle of a sentence; what is rare in the system's own words. */
export function fileReason(error: unknown, language: Language): string {
  const code = systemErrorCode(error) ?? '';
  if (!Object.hasOwn(FILE_REASON_TEXTS, code)) return messageOf(error);
  return translate(FILE_REASON_TEXTS[code as keyof typeof FILE_REASON_TEXTS], language);
}
