import { Navigate, useSearchParams } from '@solidjs/router';
import { createSignal, Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { Logo } from '../shell/logo.tsx';
import { LanguageChoice, ThemeChoice } from '../shell/preference-choices.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice, ProblemNotice } from '../ui/notice.tsx';
import { useTitle } from '../ui/title.ts';
import { nextPath, welcomePath } from './next.ts';
import { useSession } from './session.tsx';
import './sign-in.css';

export function SignInPage() {
  const { t } = usePreferences();
  const session = useSession();
  const [params] = useSearchParams<{ next?: string }>();
  const [username, setUsername] = createSignal('');
  const [password, setPassword] = createSignal('');
  const [problem, setProblem] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  const [checked, setChecked] = createSignal(false);
  useTitle(() => t('signIn.title'));

  const missing = (value: string): string | undefined =>
    checked() && value === '' ? t('field.required') : undefined;

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setChecked(true);
    if (busy() || username() === '' || password() === '') return;
    setBusy(true);
    setProblem(undefined);
    try {
      await session.signIn(username().trim(), password());
    } catch (thrown) {
      setProblem(thrown);
      setPassword('');
      setChecked(false);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Show
      when={session.user() === null || session.user() === undefined}
      fallback={
        <Navigate
          href={
            session.mustChoosePassword()
              ? welcomePath(nextPath(params.next))
              : nextPath(params.next)
          }
        />
      }
    >
      <main class="sign-in">
        <div class="sign-in-box">
          <header class="sign-in-head">
            <Logo size={40} />
            <h1>{t('app.name')}</h1>
            <p class="muted">{t('signIn.lead')}</p>
          </header>
          <form class="panel sign-in-form" onSubmit={submit} noValidate data-testid="sign-in-form">
            <Show when={session.expired() && problem() === undefined}>
              <Notice tone="info" live>
                <p>{t('signIn.expired')}</p>
              </Notice>
            </Show>
            <Show when={problem()}>
              <ProblemNotice problem={problem()} />
            </Show>
            <Field
              label={t('signIn.username')}
              name="username"
              value={username()}
              onInput={setUsername}
              error={missing(username())}
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              autofocus
              required
            />
            <Field
              label={t('signIn.password')}
              name="password"
              value={password()}
              onInput={setPassword}
              error={missing(password())}
              autocomplete="current-password"
              secret
              required
            />
            <Button type="submit" variant="primary" busy={busy()} data-testid="sign-in">
              {busy() ? t('signIn.busy') : t('signIn.submit')}
            </Button>
          </form>
          <Notice tone="off" icon="key" title={t('signIn.firstTime')} class="sign-in-hint">
            <p>{t('signIn.firstTimeHint')}</p>
          </Notice>
          <footer class="sign-in-foot">
            <LanguageChoice />
            <ThemeChoice />
          </footer>
        </div>
      </main>
    </Show>
  );
}
