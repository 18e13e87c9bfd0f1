import { For, Show } from 'solid-js';
import { usePreferences } from '../../i18n/preferences.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TONE_ICONS, type Tone, useProblemText } from '../../ui/notice.tsx';
import { stateText } from '../camera-state.ts';
import type { LineCheck } from './file-check.ts';
import type { FileRow } from './file-model.ts';
import { outcomeKey } from './find-model.ts';

const TONES: Readonly<Record<LineCheck['state'], Tone>> = {
  testing: 'info',
  good: 'good',
  bad: 'bad',
  added: 'good',
};

/** Every line of a file, and how its test went. */
export function FileRows(props: {
  rows: readonly FileRow[];
  checks: ReadonlyMap<number, LineCheck>;
}) {
  const { t } = usePreferences();
  const words = useRowWords();
  const checkOf = (row: FileRow): LineCheck | undefined => props.checks.get(row.line);
  const tone = (row: FileRow): Tone => {
    if (row.fault !== undefined) return 'bad';
    const check = checkOf(row);
    return check === undefined ? 'off' : TONES[check.state];
  };
  return (
    <ul class="file-rows" data-testid="file-rows" aria-live="polite">
      <For each={props.rows}>
        {(row) => (
          <li data-line={row.line} data-tone={tone(row)}>
            <span class="muted numeric">{row.line}</span>
            <bdi class="truncate">{row.name === '' ? '–' : row.name}</bdi>
            <span class="badge">
              <Icon
                name={checkOf(row)?.state === 'testing' ? 'connecting' : TONE_ICONS[tone(row)]}
                class={checkOf(row)?.state === 'testing' ? 'spinner' : ''}
                size={14}
              />
              {words.short(row, checkOf(row))}
            </span>
            <Show when={words.long(row, checkOf(row))}>{(text) => <p>{text()}</p>}</Show>
            <For each={checkOf(row)?.advice}>
              {(advice) => (
                <Show when={advice.severity === 'warning'}>
                  <p>{t.find(`advice.${advice.code}.do`, advice.values)}</p>
                </Show>
              )}
            </For>
          </li>
        )}
      </For>
    </ul>
  );
}

function useRowWords() {
  const { t } = usePreferences();
  const problemText = useProblemText();
  const searchWords = (outcome: string, address: string, part: '' | '.do'): string | undefined => {
    const key = outcomeKey(outcome, (candidate) => t.find(candidate) !== undefined);
    return t.find(`${key}${part}`, { address });
  };
  return {
    short(row: FileRow, check: LineCheck | undefined): string {
      if (row.fault !== undefined) return t('file.fault');
      if (check === undefined) return t('file.wait');
      if (check.state === 'bad') {
        return check.test === undefined
          ? t('file.notFound')
          : stateText(t, check.test.state, 'label');
      }
      return t(`file.${check.state}`);
    },
    long(row: FileRow, check: LineCheck | undefined): string | undefined {
      if (row.fault !== undefined) return t(row.fault.key, row.fault.args);
      if (check?.test !== undefined) return stateText(t, check.test.state, 'remedy');
      if (check?.problem !== undefined) return problemText(check.problem);
      if (check?.outcome === undefined) return undefined;
      const address = row.camera?.address ?? '';
      const parts = (['', '.do'] as const).map((part) =>
        searchWords(check.outcome ?? '', address, part),
      );
      return parts.filter(Boolean).join('. ');
    },
  };
}
