import { useQuery, useQueryClient } from '@tanstack/solid-query';
import { createEffect, createSignal, onCleanup, onMount, Show } from 'solid-js';
import { createStore, unwrap } from 'solid-js/store';
import { api } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { camerasQuery } from '../api/queries.ts';
import type { Camera, CameraTest } from '../api/types.ts';
import { fieldProblemText } from '../i18n/field-problem-text.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice, ProblemNotice } from '../ui/notice.tsx';
import {
  type CameraDraft,
  type Credentials,
  checkDraft,
  connectionKey,
  draftOf,
  inputOf,
  newDraft,
  splitCredentials,
  testInputOf,
} from './camera-form-model.ts';
import { CredentialsFields } from './credentials-fields.tsx';
import { SameAddress } from './same-address.tsx';
import { TestResult } from './test-result.tsx';
import { TimeZoneField } from './time-zone-field.tsx';
import './camera-form.css';

interface Tested {
  readonly key: string;
  readonly result: CameraTest;
  /** Of the sub stream, where one is given and the main stream works. */
  readonly sub: CameraTest | undefined;
}

function works({ result, sub }: Tested): boolean {
  return result.state === 'online' && (sub === undefined || sub.state === 'online');
}

export interface CameraFormProps {
  /** The camera to change; undefined adds one. */
  camera: Camera | undefined;
  /** Of the camera that was added before: the next one often has the same. */
  credentials?: Credentials | undefined;
  /** Of a new camera, where it was given elsewhere already. */
  url?: string | undefined;
  onClose: () => void;
  /** Told whether something differs from how the form began. */
  onFilled?: (filled: boolean) => void;
  onSaved: (camera: Camera, credentials: Credentials) => void;
}

/** The form that adds a camera by its RTSP address, or changes one. What was not tested is tested first. */
export function CameraForm(props: CameraFormProps) {
  const { t, locale } = usePreferences();
  const client = useQueryClient();
  // The list is read again every two seconds: the form keeps to the camera as it was when it opened.
  const saved = props.camera === undefined ? undefined : structuredClone(unwrap(props.camera));
  const [draft, setDraft] = createStore<CameraDraft>(
    saved === undefined ? newDraft(props.credentials, props.url) : draftOf(saved),
  );
  const [checked, setChecked] = createSignal(false);
  const [split, setSplit] = createSignal(false);
  const [tested, setTested] = createSignal<Tested>();
  const [busy, setBusy] = createSignal<'test' | 'save'>();
  const [problem, setProblem] = createSignal<unknown>();
  let answer: HTMLDivElement | undefined;
  let form: HTMLFormElement | undefined;
  const abort = new AbortController();
  onCleanup(() => abort.abort());
  // It comes in the place of a form that had the focus.
  onMount(() => {
    if (props.url !== undefined) form?.querySelector<HTMLInputElement>('[name=name]')?.focus();
  });

  const cameras = useQuery(camerasQuery);
  const began = JSON.stringify(draft);
  createEffect(() => props.onFilled?.(props.url !== undefined || JSON.stringify(draft) !== began));

  const savedKey = connectionKey(draftOf(saved));
  const current = (): Tested | undefined =>
    tested()?.key === connectionKey(draft) ? tested() : undefined;
  const failedTest = (): boolean => {
    const test = current();
    return test !== undefined && !works(test);
  };
  const untouched = (): boolean => saved !== undefined && connectionKey(draft) === savedKey;

  const errorOf = (field: keyof CameraDraft): string | undefined => {
    const key = checked() ? checkDraft(draft)[field] : undefined;
    if (key !== undefined) return t(key);
    const thrown = problem();
    if (!(thrown instanceof ApiProblem)) return undefined;
    const found = thrown.fields.find((entry) => entry.field === field);
    return found === undefined ? undefined : fieldProblemText(found, t, locale());
  };

  // Once an address is typed to its end: a password may hold an @ of its own.
  const splitUrl = (field: 'url' | 'subUrl'): void => {
    const parts = splitCredentials(draft[field]);
    setSplit(parts !== undefined);
    if (parts === undefined) return;
    const { url, username, password } = parts;
    setDraft({ [field]: url, username, password, passwordTouched: true });
  };

  const test = async (): Promise<boolean> => {
    setChecked(true);
    setProblem(undefined);
    const { url, subUrl } = checkDraft(draft);
    if (url !== undefined || subUrl !== undefined) return false;
    const key = connectionKey(draft);
    const result = await api.testCamera(testInputOf(draft, saved), abort.signal);
    // One log-in after the other: cameras lock out who knocks twice at once.
    const hasSub = draft.subUrl.trim() !== '' && result.state === 'online';
    const sub = hasSub
      ? await api.testCamera(testInputOf(draft, saved, 'sub'), abort.signal)
      : undefined;
    const made = { key, result, sub };
    setTested(made);
    answer?.scrollIntoView({ block: 'nearest' });
    return works(made);
  };

  const save = async (): Promise<void> => {
    setChecked(true);
    setProblem(undefined);
    if (Object.keys(checkDraft(draft)).length > 0) return;
    // A camera that is known not to work is saved only when that is asked for again.
    if (draft.enabled && !untouched() && current() === undefined && !(await test())) return;
    const input = inputOf(draft, saved);
    let made = saved;
    if (saved === undefined) made = await api.addCamera(input);
    else if (Object.keys(input).length > 0) made = await api.changeCamera(saved.id, input);
    await client.invalidateQueries({ queryKey: ['cameras'] });
    const { username, password } = draft;
    if (made !== undefined) props.onSaved(made, { username: username.trim(), password });
  };

  const run = (what: 'test' | 'save'): void => {
    if (busy() !== undefined) return;
    setBusy(what);
    (what === 'test' ? test() : save())
      .catch((thrown: unknown) => {
        if (abort.signal.aborted) return;
        setProblem(thrown);
        answer?.scrollIntoView({ block: 'nearest' });
      })
      .finally(() => setBusy(undefined));
  };

  const saveLabel = (): string => {
    if (busy() === 'save')
      return t(current() === undefined && !untouched() ? 'form.testing' : 'form.saving');
    if (saved === undefined) return t(failedTest() ? 'form.saveNewAnyway' : 'form.saveNew');
    return t(failedTest() ? 'form.saveChangeAnyway' : 'form.saveChange');
  };

  return (
    <form
      ref={form}
      noValidate
      data-testid="camera-form"
      onSubmit={(event) => {
        event.preventDefault();
        run('save');
      }}
    >
      <div class="dialog-body">
        <Field
          label={t('form.name')}
          name="name"
          placeholder={t('form.namePlaceholder')}
          value={draft.name}
          onInput={(name) => setDraft({ name })}
          error={errorOf('name')}
          maxLength={100}
          autocomplete="off"
          dir="auto"
          required
        />
        <Field
          label={t('form.url')}
          name="url"
          type="url"
          value={draft.url}
          onInput={(url) => setDraft({ url })}
          onChange={() => splitUrl('url')}
          hint={t('form.urlHint')}
          error={errorOf('url')}
          maxLength={2048}
          autocomplete="off"
          spellcheck={false}
          placeholder="rtsp://"
          required
        />
        <Field
          label={t('form.subUrl')}
          name="subUrl"
          type="url"
          value={draft.subUrl}
          onInput={(subUrl) => setDraft({ subUrl })}
          onChange={() => splitUrl('subUrl')}
          hint={t('form.subUrlHint')}
          error={errorOf('subUrl')}
          maxLength={2048}
          autocomplete="off"
          spellcheck={false}
          placeholder="rtsp://"
          optional
        />
        <Show when={split()}>
          <Notice tone="info" live>
            <p>{t('form.urlSplit')}</p>
          </Notice>
        </Show>
        <CredentialsFields
          value={draft}
          onChange={(typed) =>
            setDraft(typed.password === undefined ? typed : { ...typed, passwordTouched: true })
          }
          errors={{ username: errorOf('username'), password: errorOf('password') }}
          passwordPlaceholder={
            saved?.hasPassword === true && !draft.passwordTouched ? t('form.passwordKept') : ''
          }
          optional
        />
        <fieldset class="form-group">
          <legend>{t('form.keep')}</legend>
          <div class="form-row">
            <Field
              label={t('form.retention')}
              name="retentionDays"
              value={draft.retentionDays}
              onInput={(retentionDays) => setDraft({ retentionDays })}
              error={errorOf('retentionDays')}
              inputmode="numeric"
            />
            <Field
              label={t('form.maxBytes')}
              name="maxGigabytes"
              value={draft.maxGigabytes}
              onInput={(maxGigabytes) => setDraft({ maxGigabytes })}
              error={errorOf('maxGigabytes')}
              hint={t('form.maxBytesHint')}
              inputmode="numeric"
              optional
            />
          </div>
          <TimeZoneField value={draft.timeZone} onChange={(timeZone) => setDraft({ timeZone })} />
          <label class="check">
            <input
              type="checkbox"
              name="enabled"
              checked={draft.enabled}
              onChange={(event) => setDraft({ enabled: event.currentTarget.checked })}
            />
            {t('form.enabled')}
          </label>
        </fieldset>
        <SameAddress
          url={draft.url}
          cameras={cameras.data ?? []}
          {...(saved !== undefined && { own: saved.id })}
        />
        <div class="form-answer" ref={answer}>
          <Show when={problem()}>
            <ProblemNotice problem={problem()} />
          </Show>
          <Show when={current()} fallback={<p class="field-hint">{t('form.testHint')}</p>}>
            {(test) => (
              <>
                <TestResult result={test().result} sub={test().sub} />
                <Show when={test().sub}>
                  {(sub) => <TestResult result={sub()} of={t('form.subTest')} />}
                </Show>
              </>
            )}
          </Show>
        </div>
      </div>
      <div class="dialog-foot">
        <Button
          class="spread"
          busy={busy() === 'test'}
          data-testid="test-camera"
          onClick={() => run('test')}
        >
          {busy() === 'test' ? t('form.testing') : t('form.test')}
        </Button>
        <Button variant="quiet" onClick={props.onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          type="submit"
          variant={failedTest() ? 'secondary' : 'primary'}
          busy={busy() === 'save'}
          data-testid="save-camera"
        >
          {saveLabel()}
        </Button>
      </div>
    </form>
  );
}
