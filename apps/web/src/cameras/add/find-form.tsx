import { useQuery, useQueryClient } from '@tanstack/solid-query';
import { createEffect, createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import { createStore } from 'solid-js/store';
import { api } from '../../api/client.ts';
import { camerasQuery } from '../../api/queries.ts';
import type { Camera, CameraSearch } from '../../api/types.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { duration } from '../../time/format.ts';
import { useNow } from '../../time/now.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice, ProblemNotice } from '../../ui/notice.tsx';
import type { Credentials } from '../camera-form-model.ts';
import { CredentialsFields } from '../credentials-fields.tsx';
import { SameAddress } from '../same-address.tsx';
import {
  addressError,
  bareAddress,
  type FindDraft,
  inputOfSearch,
  searchKey,
  suggestedName,
  urlHost,
} from './find-model.ts';
import { SearchResult } from './search-result.tsx';
import '../camera-form.css';

interface Searched {
  readonly key: string;
  readonly address: string;
  readonly search: CameraSearch;
}

/** Finds a camera by address, user name and password alone, and adds it. */
export function FindForm(props: {
  credentials: Credentials | undefined;
  onClose: () => void;
  onSaved: (camera: Camera, credentials: Credentials) => void;
  /** A full address belongs into the other form. */
  onFullAddress: (url: string, credentials?: Credentials) => void;
  onFilled: (filled: boolean) => void;
}) {
  const { t } = usePreferences();
  const client = useQueryClient();
  const cameras = useQuery(camerasQuery);
  const [draft, setDraft] = createStore<FindDraft>({
    address: '',
    username: props.credentials?.username ?? '',
    password: props.credentials?.password ?? '',
  });
  const [checked, setChecked] = createSignal(false);
  const [searched, setSearched] = createSignal<Searched>();
  const [searching, setSearching] = createSignal<{ address: string; since: number }>();
  const [saving, setSaving] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>();
  const [name, setName] = createSignal('');
  let abort = new AbortController();
  let answer: HTMLDivElement | undefined;
  let form: HTMLFormElement | undefined;
  onCleanup(() => abort.abort());
  onMount(() => form?.querySelector<HTMLInputElement>('[name=address]')?.focus());

  const current = (): Searched | undefined =>
    searched()?.key === searchKey(draft) ? searched() : undefined;
  const found = (): CameraSearch | undefined => {
    const search = current()?.search;
    return search !== undefined && search.streams.length > 0 ? search : undefined;
  };
  const mainUrl = (): string => {
    const search = found();
    return search === undefined ? '' : (inputOfSearch('', search, draft).url ?? '');
  };
  createEffect(() => props.onFilled(draft.address.trim() !== ''));
  const wrongAddress = () => (checked() ? addressError(draft.address) : undefined);

  const find = async (): Promise<void> => {
    setChecked(true);
    setProblem(undefined);
    if (addressError(draft.address) !== undefined) return;
    abort = new AbortController();
    const { signal } = abort;
    const address = bareAddress(draft.address);
    const key = searchKey(draft);
    setSearching({ address, since: Date.now() });
    try {
      const { username, password } = draft;
      const search = await api.findCamera({ address, username: username.trim(), password }, signal);
      setSearched({ key, address, search });
      setName(suggestedName(search, address, cameras.data ?? []));
    } catch (thrown) {
      if (!signal.aborted) setProblem(thrown);
    } finally {
      if (!signal.aborted) setSearching(undefined);
    }
    answer?.scrollIntoView({ block: 'nearest' });
    const field = form?.querySelector<HTMLInputElement>('[name=name]');
    field?.focus();
    field?.select();
  };
  const stop = (): void => {
    abort.abort();
    setSearching(undefined);
  };

  const add = async (search: CameraSearch): Promise<void> => {
    if (name().trim() === '' || saving()) return;
    setSaving(true);
    setProblem(undefined);
    const credentials = { username: draft.username.trim(), password: draft.password };
    try {
      const camera = await api.addCamera(inputOfSearch(name(), search, credentials));
      await client.invalidateQueries({ queryKey: ['cameras'] });
      props.onSaved(camera, credentials);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setSaving(false);
    }
  };

  /** A camera that was not found can be added by its address all the same. */
  const giveUrl = (): void =>
    props.onFullAddress(`rtsp://${urlHost(bareAddress(draft.address))}/`, {
      username: draft.username.trim(),
      password: draft.password,
    });

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const search = found();
    if (search !== undefined) void add(search);
    else if (searching() === undefined) void find();
  };

  return (
    <form ref={form} noValidate data-testid="find-form" onSubmit={submit}>
      <div class="dialog-body">
        <p class="muted">{t('add.address.lead')}</p>
        <Field
          label={t('add.address')}
          name="address"
          value={draft.address}
          onInput={(address) => setDraft({ address })}
          hint={t('add.addressHint')}
          error={wrongAddress() === undefined ? undefined : t(wrongAddress() ?? 'field.required')}
          inputmode="url"
          maxLength={2048}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          placeholder="192.168.1.20"
        />
        <Show when={wrongAddress() === 'add.addressIsUrl'}>
          <Button size="small" onClick={() => props.onFullAddress(draft.address.trim())}>
            {t('add.useUrl')}
          </Button>
        </Show>
        <CredentialsFields value={draft} onChange={setDraft} />
        <div class="form-answer" ref={answer}>
          <Switch>
            <Match when={searching()}>
              {(at) => <Searching address={at().address} since={at().since} />}
            </Match>
            <Match when={current()}>
              {(done) => (
                <SearchResult search={done().search} address={done().address}>
                  <Field
                    label={t('add.name')}
                    name="name"
                    value={name()}
                    onInput={setName}
                    error={name().trim() === '' ? t('field.required') : undefined}
                    maxLength={100}
                    autocomplete="off"
                    dir="auto"
                  />
                  <SameAddress url={mainUrl()} cameras={cameras.data ?? []} />
                </SearchResult>
              )}
            </Match>
          </Switch>
          <Show when={current() !== undefined && found() === undefined}>
            <Button size="small" data-testid="give-url" onClick={giveUrl}>
              {t('add.giveUrl')}
            </Button>
          </Show>
          <Show when={problem()}>
            <ProblemNotice problem={problem()} />
          </Show>
        </div>
      </div>
      <div class="dialog-foot">
        <Show
          when={searching() === undefined}
          fallback={
            <Button class="spread" variant="quiet" onClick={stop}>
              {t('action.stop')}
            </Button>
          }
        >
          <Button variant="quiet" class="spread" onClick={props.onClose}>
            {t('action.cancel')}
          </Button>
        </Show>
        <Show
          when={found()}
          fallback={
            <Button
              type="submit"
              variant="primary"
              icon="search"
              busy={searching() !== undefined}
              data-testid="find-camera"
            >
              {t(searching() === undefined ? 'add.find' : 'add.finding')}
            </Button>
          }
        >
          <Button type="submit" variant="primary" busy={saving()} data-testid="add-found">
            {t(saving() ? 'form.saving' : 'add.add')}
          </Button>
        </Show>
      </div>
    </form>
  );
}

function Searching(props: { address: string; since: number }) {
  const { t } = usePreferences();
  const now = useNow();
  return (
    <Notice tone="info" icon="search" live testId="searching">
      <p class="searching">
        <Icon name="connecting" class="spinner" />
        {t('add.findingAt', {
          address: props.address,
          time: duration(Math.max(0, now() - props.since)),
        })}
      </p>
      <p class="muted">{t('add.findingHint')}</p>
    </Notice>
  );
}
