import { usePreferences } from '../../i18n/preferences.tsx';
import { useProblemText } from '../../ui/notice.tsx';
import { stateText, testRemedy } from '../camera-state.ts';
import { playsH265 } from '../h265.ts';
import type { LineCheck } from './file-check.ts';
import type { FileRow } from './file-model.ts';
import { outcomeKey } from './find-model.ts';

/** What is said of a line: a word or two, and sentences below it. */
export function useRowWords() {
  const { t } = usePreferences();
  const problemText = useProblemText();
  const searchWords = (outcome: string, address: string): string => {
    const key = outcomeKey(outcome, (candidate) => t.find(candidate) !== undefined);
    const parts = ['', '.do'].map((part) => t.find(`${key}${part}`, { address }));
    return parts.filter(Boolean).join('. ');
  };
  const checkWords = (row: FileRow, check: LineCheck): string | undefined => {
    if (check.test !== undefined) return testRemedy(t, check.test.state);
    if (check.problem !== undefined) return problemText(check.problem);
    if (check.h265 === true && !playsH265()) return t('test.h265');
    if (check.outcome === undefined) return undefined;
    return searchWords(check.outcome, row.camera?.address ?? '');
  };
  return {
    short(row: FileRow, check: LineCheck | undefined): string {
      if (row.fault !== undefined) return t('file.fault');
      if (check === undefined) return t(row.doubt === undefined ? 'file.wait' : 'file.doubt');
      if (check.state === 'bad') {
        return check.test === undefined
          ? t('file.notFound')
          : stateText(t, check.test.state, 'label');
      }
      return t(`file.${check.state}`);
    },
    long(row: FileRow, check: LineCheck | undefined): string[] {
      if (row.fault !== undefined) return [t(row.fault.key, row.fault.args)];
      const doubt = row.doubt === undefined ? undefined : t(row.doubt.key, row.doubt.args);
      const found = check === undefined ? undefined : checkWords(row, check);
      return [doubt, found].filter((text) => text !== undefined);
    },
  };
}
