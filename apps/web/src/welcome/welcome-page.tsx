import { A, Navigate, useNavigate, useSearchParams } from '@solidjs/router';
import { createEffect, createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import { ApiProblem } from '../api/problem.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { FIRST_USERNAME, takeFirstPassword } from '../session/first-password.ts';
import { nextPath } from '../session/next.ts';
import { useSession } from '../session/session.tsx';
import { Logo } from '../shell/logo.tsx';
import { LanguageChoice, ThemeChoice } from '../shell/preference-choices.tsx';
import { Notice } from '../ui/notice.tsx';
import { Failed, Loading } from '../ui/page-states.tsx';
import { useTitle } from '../ui/title.ts';
import { ChooseFirstPassword } from './choose-first-password.tsx';
import { FirstPicture } from './first-picture.tsx';
import './welcome.css';

type Step = 'password' | 'picture';

/** The first minutes: signs in by the printed address, asks for a password, shows the first picture. */
export default function WelcomePage() {
  const { t } = usePreferences();
  const session = useSession();
  const navigate = useNavigate();
  const [params] = useSearchParams<{ next?: string }>();
  const [problem, setProblem] = createSignal<unknown>();
  const [busy, setBusy] = createSignal(false);
  useTitle(() => t('welcome.title'));

  // Whoever has a password of their own already opened an address that has done its work.
  const used = (): boolean => session.firstPassword() !== undefined && !session.hasFirstPassword();
  const refused = (): boolean => {
    const thrown = problem();
    return thrown instanceof ApiProblem && thrown.code === 'auth.wrong-password';
  };
  const step = (): Step => (session.mustChoosePassword() ? 'password' : 'picture');

  const signIn = (password: string): void => {
    setBusy(true);
    setProblem(undefined);
    session
      .signIn(FIRST_USERNAME, password)
      .catch(setProblem)
      .finally(() => setBusy(false));
  };
  const signInByAddress = (): void => {
    const password = session.firstPassword();
    if (session.user() === null && password !== undefined) signIn(password);
  };
  createEffect(signInByAddress);

  // An address that is pasted while this page is open changes the fragment alone.
  onMount(() => {
    const onFragment = (): void => {
      const password = takeFirstPassword(window);
      if (password !== undefined) session.offerFirstPassword(password);
    };
    window.addEventListener('hashchange', onFragment);
    onCleanup(() => window.removeEventListener('hashchange', onFragment));
  });

  const chosen = (): void => {
    const next = nextPath(params.next);
    if (next !== '/') navigate(next);
  };

  return (
    <main class="welcome">
      <div class="welcome-box" data-step={session.user() ? step() : undefined}>
        <header class="welcome-head">
          <Logo size={40} />
          <h1>{t('welcome.title')}</h1>
          <Show when={session.user()}>
            <Steps at={step()} />
          </Show>
        </header>
        <Switch>
          <Match when={refused()}>
            <Notice tone="warn" title={t('welcome.used')} live testId="welcome-used">
              <p>{t('welcome.usedHint')}</p>
              <p>
                <A href="/sign-in" class="button" data-variant="primary">
                  {t('welcome.toSignIn')}
                </A>
              </p>
            </Notice>
          </Match>
          <Match when={problem() ?? session.problem()}>
            {(thrown) => (
              <Failed
                problem={thrown()}
                onRetry={problem() === undefined ? session.retry : signInByAddress}
              />
            )}
          </Match>
          <Match when={session.user()}>
            <Show when={used()}>
              <Notice tone="info" testId="welcome-used">
                <p>{t('welcome.usedSignedIn')}</p>
              </Notice>
            </Show>
            <Show when={step() === 'password'} fallback={<FirstPicture />}>
              <ChooseFirstPassword onDone={chosen} />
            </Show>
          </Match>
          <Match when={session.user() === null && session.firstPassword() === undefined && !busy()}>
            <Navigate href="/sign-in" />
          </Match>
          <Match when={true}>
            <Loading label={t('welcome.signingIn')} />
          </Match>
        </Switch>
        <footer class="sign-in-foot">
          <LanguageChoice />
          <ThemeChoice />
        </footer>
      </div>
    </main>
  );
}

function Steps(props: { at: Step }) {
  const { t } = usePreferences();
  const current = (step: Step): 'step' | undefined => (props.at === step ? 'step' : undefined);
  return (
    <ol class="welcome-steps">
      <li aria-current={current('password')} data-done={props.at === 'picture' ? '' : undefined}>
        {t('welcome.step.password')}
      </li>
      <li aria-current={current('picture')}>{t('welcome.step.picture')}</li>
      <li>{t('welcome.step.cameras')}</li>
    </ol>
  );
}
