import { useQuery, useQueryClient } from '@tanstack/solid-query';
import { type CsvEncoding, CsvFault, decodeCsv, MAX_CSV_BYTES } from '@vms/common/camera-csv.ts';
import { createEffect, createMemo, createSignal, onCleanup, Show } from 'solid-js';
import { camerasQuery } from '../../api/queries.ts';
import type { Camera, CameraInput } from '../../api/types.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { addLine, type LineCheck, testLine } from './file-check.ts';
import {
  type FileRow,
  faultOf,
  inputOfLine,
  type LineDraft,
  readFileText,
  SAMPLE_CSV,
} from './file-model.ts';
import { FileRows, mayAddAnyway } from './file-rows.tsx';

const COMMANDS = ['vms cameras import cameras.csv --dry-run', 'vms cameras import cameras.csv'];

/** Adds many cameras from a CSV: a dry run that tests every line first, then those that work. */
export default function FileForm(props: {
  onClose: () => void;
  onSaved: (cameras: readonly Camera[]) => void;
  onFilled: (filled: boolean) => void;
}) {
  const { t, locale } = usePreferences();
  const client = useQueryClient();
  const cameras = useQuery(camerasQuery);
  const [text, setText] = createSignal('');
  const [corrections, setCorrections] = createSignal<ReadonlyMap<number, LineDraft>>(new Map());
  /** The line that is being corrected. */
  const [editing, setEditing] = createSignal<number>();
  const [anyway, setAnyway] = createSignal<ReadonlySet<number>>(new Set());
  /** Of a file that was chosen. */
  const [encoding, setEncoding] = createSignal<CsvEncoding>();
  const [unreadable, setUnreadable] = createSignal<ReturnType<typeof faultOf>>();
  const [checks, setChecks] = createSignal<ReadonlyMap<number, LineCheck>>(new Map());
  const [busy, setBusy] = createSignal<'test' | 'add'>();
  const [problem, setProblem] = createSignal<unknown>();
  const abort = new AbortController();
  onCleanup(() => abort.abort());

  const read = createMemo(() =>
    text().trim() === '' ? undefined : readFileText(text(), cameras.data ?? [], corrections()),
  );
  const rows = (): readonly FileRow[] => read()?.rows ?? [];
  const fault = () => unreadable() ?? read()?.fault;
  const testable = (): FileRow[] => rows().filter((row) => row.camera !== undefined);
  /** A camera that is there already is asked only where it is meant. */
  const toTest = (): FileRow[] =>
    testable().filter((row) => row.doubt === undefined || anyway().has(row.line));
  const inputOf = (row: FileRow): CameraInput | undefined => {
    const check = checks().get(row.line);
    const isWanted = anyway().has(row.line) && mayAddAnyway(row, check);
    if (check?.state === 'good') {
      return row.doubt === undefined || isWanted ? check.input : undefined;
    }
    const { camera } = row;
    if (check?.state !== 'bad' || camera?.address !== undefined || !isWanted) return undefined;
    return camera && inputOfLine(camera);
  };
  const good = (): FileRow[] => testable().filter((row) => inputOf(row) !== undefined);
  createEffect(() => props.onFilled(text().trim() !== ''));

  const put = (row: FileRow, check: LineCheck): void => {
    setChecks((before) => new Map(before).set(row.line, check));
  };
  const change = (next: string): void => {
    setChecks(new Map());
    setCorrections(new Map());
    setEditing(undefined);
    setAnyway(new Set<number>());
    setProblem(undefined);
    setUnreadable(undefined);
    setEncoding(undefined);
    setText(next);
  };
  const correct = (line: number, draft: LineDraft): void => {
    setChecks((before) => new Map([...before].filter(([other]) => other !== line)));
    setCorrections((before) => new Map(before).set(line, draft));
  };
  const want = (line: number, wanted: boolean): void => {
    setAnyway((before) => new Set([...before, line].filter((each) => wanted || each !== line)));
  };
  const run = async (what: 'test' | 'add', work: () => Promise<void>): Promise<void> => {
    setBusy(what);
    setProblem(undefined);
    try {
      await work();
    } catch (thrown) {
      if (!abort.signal.aborted) setProblem(thrown);
    } finally {
      setBusy(undefined);
    }
  };

  // One after the other: cameras lock out who knocks twice at once, and so does the API.
  const testAll = (): Promise<void> =>
    run('test', async () => {
      setChecks(new Map());
      for (const row of toTest()) {
        if (row.camera === undefined) continue;
        put(row, { state: 'testing' });
        put(row, await testLine(row.camera, abort.signal));
      }
    });
  const addAll = (): Promise<void> =>
    run('add', async () => {
      const made: Camera[] = [];
      try {
        for (const row of good()) {
          const input = inputOf(row);
          if (input === undefined) continue;
          made.push(await addLine(input));
          put(row, { state: 'added' });
        }
      } finally {
        await client.invalidateQueries({ queryKey: ['cameras'] });
      }
      props.onSaved(made);
    });

  const choose = async (input: HTMLInputElement): Promise<void> => {
    const file = input.files?.[0];
    input.value = '';
    if (file === undefined) return;
    try {
      // No more is read than is looked at: one byte too many says that there is more.
      const bytes = await file.slice(0, MAX_CSV_BYTES + 1).arrayBuffer();
      const decoded = decodeCsv(new Uint8Array(bytes));
      change(decoded.text);
      setEncoding(decoded.encoding);
    } catch (thrown) {
      change('');
      // Without a fault of its own it was moved, or may not be opened.
      setUnreadable(thrown instanceof CsvFault ? faultOf(thrown) : { key: 'file.notReadable' });
    }
  };
  const faultWords = (): string => {
    const found = fault();
    if (found === undefined) return '';
    const words = t(found.key, found.args);
    return found.line === undefined ? words : `${t('file.line', { line: found.line })}: ${words}`;
  };

  return (
    <form
      noValidate
      data-testid="file-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (busy() !== undefined) return;
        void (good().length > 0 ? addAll() : testAll());
      }}
    >
      <div class="dialog-body">
        <div>
          <p class="muted">{t('file.lead')}</p>
          <p class="muted small">{t('file.columns')}</p>
        </div>
        <div class="file-tools">
          <label class="button file-pick" data-variant="secondary">
            <Icon name="edit" />
            {t('file.choose')}
            <input
              type="file"
              accept=".csv,text/csv,text/plain"
              data-testid="file-input"
              disabled={busy() !== undefined}
              onChange={(event) => void choose(event.currentTarget)}
            />
          </label>
          <Button icon="download" onClick={() => downloadSample(SAMPLE_CSV[locale()])}>
            {t('file.sample')}
          </Button>
        </div>
        <label class="field">
          <span class="field-label">{t('file.paste')}</span>
          <textarea
            class="input file-text"
            name="csv"
            rows="5"
            spellcheck={false}
            autocomplete="off"
            placeholder={SAMPLE_CSV[locale()]}
            value={text()}
            onInput={(event) => change(event.currentTarget.value)}
            disabled={busy() !== undefined}
          />
        </label>
        <Show when={fault()}>
          <Notice tone="bad" testId="file-fault">
            <p>{faultWords()}</p>
          </Notice>
        </Show>
        <Show when={encoding() === 'Windows-1252'}>
          <Notice tone="info" live testId="file-encoding">
            <p>{t('file.ansi')}</p>
          </Notice>
        </Show>
        <Show when={rows().length > 0}>
          <FileRows
            rows={rows()}
            checks={checks()}
            anyway={anyway()}
            editing={editing()}
            disabled={busy() !== undefined}
            onEdit={setEditing}
            onCorrected={correct}
            onAnyway={want}
          />
        </Show>
        <Show when={rows().some((row) => row.fault !== undefined)}>
          <p class="muted small">{t('file.onlyGood')}</p>
        </Show>
        <Show when={problem()}>
          <ProblemNotice problem={problem()} />
        </Show>
        <div>
          <p class="muted small">{t('file.terminal')}</p>
          <pre class="file-command mono">{COMMANDS.join('\n')}</pre>
        </div>
      </div>
      <div class="dialog-foot">
        <Button variant="quiet" class="spread" onClick={props.onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          variant={good().length > 0 ? 'secondary' : 'primary'}
          busy={busy() === 'test'}
          disabled={toTest().length === 0}
          data-testid="file-check"
          onClick={() => void testAll()}
        >
          {busy() === 'test'
            ? t('file.checking', {
                done: Math.max(1, checks().size),
                count: toTest().length,
              })
            : t('file.check')}
        </Button>
        <Show when={good().length > 0 && busy() !== 'test'}>
          <Button type="submit" variant="primary" busy={busy() === 'add'} data-testid="file-add">
            {busy() === 'add' ? t('file.importing') : t.counted('file.import', good().length)}
          </Button>
        </Show>
      </div>
    </form>
  );
}

/** With the byte order mark by which Excel knows UTF-8. */
function downloadSample(csv: string): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([`\uFEFF${csv}`], { type: 'text/csv' }));
  link.href = address;
  link.download = 'cameras.csv';
  link.click();
  URL.revokeObjectURL(address);
}
