import { For, Index, Show } from 'solid-js';
import { usePreferences } from '../../i18n/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { TONE_ICONS, type Tone } from '../../ui/notice.tsx';
import type { LineCheck } from './file-check.ts';
import type { FileRow, LineDraft } from './file-model.ts';
import { FileRowForm } from './file-row-form.tsx';
import { useRowWords } from './file-row-words.ts';

const TONES: Readonly<Record<LineCheck['state'], Tone>> = {
  testing: 'info',
  good: 'good',
  bad: 'bad',
  added: 'good',
};

/** Every line of a file, how its test went, and what can be done where it did not go well. */
export function FileRows(props: {
  rows: readonly FileRow[];
  checks: ReadonlyMap<number, LineCheck>;
  /** Lines that are added although something is wrong. */
  anyway: ReadonlySet<number>;
  /** The line that is being corrected. */
  editing: number | undefined;
  disabled: boolean;
  onEdit: (line: number | undefined) => void;
  onCorrected: (line: number, draft: LineDraft) => void;
  onAnyway: (line: number, wanted: boolean) => void;
}) {
  const { t } = usePreferences();
  const words = useRowWords();
  const checkOf = (row: FileRow): LineCheck | undefined => props.checks.get(row.line);
  const tone = (row: FileRow): Tone => {
    if (row.fault !== undefined) return 'bad';
    const check = checkOf(row);
    if (check !== undefined) return TONES[check.state];
    return row.doubt === undefined ? 'off' : 'warn';
  };
  const mayCorrect = (row: FileRow): boolean =>
    row.fault !== undefined || row.doubt !== undefined || checkOf(row)?.state === 'bad';
  return (
    <ul class="file-rows" data-testid="file-rows">
      {/* A row stays where it is read again: what is typed in it is kept. */}
      <Index each={props.rows}>
        {(row) => (
          <li data-line={row().line} data-tone={tone(row())}>
            <span class="muted numeric">{row().line}</span>
            <bdi class="truncate">{row().draft.name === '' ? '–' : row().draft.name}</bdi>
            <span class="badge" aria-live="polite">
              <Icon
                name={checkOf(row())?.state === 'testing' ? 'connecting' : TONE_ICONS[tone(row())]}
                class={checkOf(row())?.state === 'testing' ? 'spinner' : ''}
                size={14}
              />
              {words.short(row(), checkOf(row()))}
            </span>
            <div class="file-row-words" aria-live="polite">
              <For each={words.long(row(), checkOf(row()))}>{(text) => <p>{text}</p>}</For>
              <For each={checkOf(row())?.advice}>
                {(advice) => (
                  <Show when={advice.severity === 'warning'}>
                    <p>{t.find(`advice.${advice.code}.do`, advice.values)}</p>
                  </Show>
                )}
              </For>
            </div>
            <Show when={props.editing === row().line}>
              <FileRowForm
                draft={row().draft}
                disabled={props.disabled}
                onCancel={() => props.onEdit(undefined)}
                onDone={(draft) => {
                  props.onEdit(undefined);
                  props.onCorrected(row().line, draft);
                }}
              />
            </Show>
            <Show when={props.editing !== row().line && mayCorrect(row())}>
              <div class="file-row-actions">
                <Show when={mayAddAnyway(row(), checkOf(row()))}>
                  <label class="check">
                    <input
                      type="checkbox"
                      checked={props.anyway.has(row().line)}
                      disabled={props.disabled}
                      aria-label={t('file.anywayOf', { name: row().draft.name })}
                      data-testid="line-anyway"
                      onChange={(event) => props.onAnyway(row().line, event.currentTarget.checked)}
                    />
                    {t('file.anyway')}
                  </label>
                </Show>
                <Button
                  size="small"
                  icon="edit"
                  disabled={props.disabled}
                  aria-label={t('file.correctOf', { line: row().line })}
                  data-testid="line-correct"
                  onClick={() => props.onEdit(row().line)}
                >
                  {t('file.correct')}
                </Button>
              </div>
            </Show>
          </li>
        )}
      </Index>
    </ul>
  );
}

/** A camera that is there already, or one with a whole address that does not work now. */
export function mayAddAnyway(row: FileRow, check: LineCheck | undefined): boolean {
  if (row.camera === undefined) return false;
  return row.doubt !== undefined || (check?.state === 'bad' && row.camera.address === undefined);
}
