import { useQuery, useQueryClient } from '@tanstack/solid-query';
import { createMemo, createSignal, onCleanup, Show } from 'solid-js';
import { camerasQuery } from '../../api/queries.ts';
import type { Camera } from '../../api/types.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import { addLine, type LineCheck, testLine } from './file-check.ts';
import { type FileRow, readFileText, SAMPLE_CSV } from './file-model.ts';
import { FileRows } from './file-rows.tsx';

const COMMANDS = ['vms cameras import cameras.csv --dry-run', 'vms cameras import cameras.csv'];

/** Adds many cameras from a CSV: a dry run that tests every line first, then those that work. */
export default function FileForm(props: {
  onClose: () => void;
  onSaved: (cameras: readonly Camera[]) => void;
}) {
  const { t } = usePreferences();
  const client = useQueryClient();
  const cameras = useQuery(camerasQuery);
  const [text, setText] = createSignal('');
  const [checks, setChecks] = createSignal<ReadonlyMap<number, LineCheck>>(new Map());
  const [busy, setBusy] = createSignal<'test' | 'add'>();
  const [problem, setProblem] = createSignal<unknown>();
  const abort = new AbortController();
  onCleanup(() => abort.abort());

  // What is there already is looked at once a text, not at every poll.
  const read = createMemo(() =>
    text().trim() === '' ? undefined : readFileText(text(), knownOf(cameras.data ?? [])),
  );
  const rows = (): readonly FileRow[] => read()?.rows ?? [];
  const fault = () => read()?.fault;
  const testable = (): FileRow[] => rows().filter((row) => row.camera !== undefined);
  const good = (): FileRow[] => testable().filter((row) => checks().get(row.line)?.input);

  const put = (row: FileRow, check: LineCheck): void => {
    setChecks((before) => new Map(before).set(row.line, check));
  };
  const change = (next: string): void => {
    setChecks(new Map());
    setProblem(undefined);
    setText(next);
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
      for (const row of testable()) {
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
          const input = checks().get(row.line)?.input;
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
    if (file !== undefined) change(await file.text());
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
              onChange={(event) => void choose(event.currentTarget)}
            />
          </label>
          <Button icon="download" onClick={downloadSample}>
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
            placeholder={SAMPLE_CSV}
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
        <Show when={rows().length > 0}>
          <FileRows rows={rows()} checks={checks()} />
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
          disabled={testable().length === 0}
          data-testid="file-check"
          onClick={() => void testAll()}
        >
          {busy() === 'test'
            ? t('file.checking', {
                done: Math.max(1, checks().size),
                count: testable().length,
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

/** What tells that a line is there already: the address as searched, and the full one. */
function knownOf(cameras: readonly Camera[]): string[] {
  return cameras.flatMap(({ url }) => {
    const host = /^rtsps?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? '';
    return [url, host, host.replace(/:\d+$/, '')];
  });
}

function downloadSample(): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([SAMPLE_CSV], { type: 'text/csv' }));
  link.href = address;
  link.download = 'cameras.csv';
  link.click();
  URL.revokeObjectURL(address);
}
