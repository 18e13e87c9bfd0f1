import { useQuery, useQueryClient } from '@tanstack/solid-query';
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import { api } from '../api/client.ts';
import { tokensQuery } from '../api/queries.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { Notice, ProblemNotice } from '../ui/notice.tsx';

/** API tokens: made here, shown once, revoked here. */
export function TokensPanel() {
  const { t, format } = usePreferences();
  const client = useQueryClient();
  const query = useQuery(tokensQuery);
  const [name, setName] = createSignal('');
  const [checked, setChecked] = createSignal(false);
  const [made, setMade] = createSignal<string>();
  const [copied, setCopied] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>();
  let shown: HTMLElement | undefined;

  const run = async (work: () => Promise<void>): Promise<void> => {
    setProblem(undefined);
    try {
      await work();
      await client.invalidateQueries({ queryKey: tokensQuery().queryKey });
    } catch (thrown) {
      setProblem(thrown);
    }
  };

  const add = (event: SubmitEvent): void => {
    event.preventDefault();
    setChecked(true);
    if (name().trim() === '') return;
    void run(async () => {
      const { token } = await api.addToken(name().trim());
      setMade(token);
      setCopied(false);
      setName('');
      setChecked(false);
    });
  };

  const copy = (): void => {
    if (shown === undefined) return;
    // The Clipboard API is there by HTTPS and on localhost alone, and a first system is seen by HTTP.
    // Where this fails too, the token is left selected.
    window.getSelection()?.selectAllChildren(shown);
    setCopied(document.execCommand('copy'));
  };

  return (
    <section class="panel settings-panel">
      <h2>{t('account.tokens')}</h2>
      <p class="muted small">{t('account.tokensHint')}</p>
      <Show when={problem()}>
        <ProblemNotice problem={problem()} />
      </Show>
      <Show when={made()}>
        {(token) => (
          <Notice tone="good" testId="new-token" title={t('account.tokenOnce')} live>
            <p class="token">
              <code ref={shown}>{token()}</code>
              <Button size="small" icon={copied() ? 'check' : 'copy'} onClick={copy}>
                {t(copied() ? 'action.copied' : 'action.copy')}
              </Button>
            </p>
          </Notice>
        )}
      </Show>
      <form class="token-form" onSubmit={add} noValidate>
        <Field
          label={t('account.tokenName')}
          name="tokenName"
          value={name()}
          onInput={setName}
          placeholder={t('account.tokenPlaceholder')}
          error={checked() && name().trim() === '' ? t('field.required') : undefined}
          maxLength={80}
          autocomplete="off"
        />
        <Button type="submit" icon="add">
          {t('account.tokenAdd')}
        </Button>
      </form>
      <Switch>
        <Match when={query.isError && query.data === undefined}>
          <ProblemNotice problem={query.error} />
        </Match>
        <Match when={!query.isPending && query.data?.tokens.length === 0}>
          <p class="muted small">{t('account.tokenNone')}</p>
        </Match>
        <Match when={!query.isPending && query.data?.tokens}>
          {(tokens) => (
            <ul class="tokens">
              <For each={tokens()}>
                {(token) => (
                  <li>
                    <Icon name="key" />
                    <span class="truncate" dir="auto">
                      {token.name}
                    </span>
                    <span class="muted small nowrap">
                      {t('account.tokenCreated', {
                        time: format().date(Date.parse(token.createdAt)),
                      })}
                    </span>
                    <IconButton
                      icon="trash"
                      size="small"
                      label={t('account.tokenRevoke', { name: token.name })}
                      onClick={() => void run(() => api.deleteToken(token.id))}
                    />
                  </li>
                )}
              </For>
            </ul>
          )}
        </Match>
      </Switch>
    </section>
  );
}
