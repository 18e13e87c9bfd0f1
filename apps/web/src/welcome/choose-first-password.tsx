import { createSignal, Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { createNewPassword, NewPasswordFields } from '../session/new-password.tsx';
import { useSession } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';

/** Replaces the printed password by one's own, or puts that off. */
export function ChooseFirstPassword(props: { onDone: () => void }) {
  const { t } = usePreferences();
  const session = useSession();
  const say = useToasts();
  const username = (): string => session.user()?.username ?? '';
  const password = createNewPassword(username);
  const [typed, setTyped] = createSignal('');
  const [checked, setChecked] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>();
  const current = (): string => session.firstPassword() ?? typed();

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setChecked(true);
    if (busy() || current() === '' || !password.ready()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await session.changePassword(current(), password.value());
      say(t('password.saved'));
      props.onDone();
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };
  const later = (): void => {
    session.putOffPassword();
    props.onDone();
  };

  return (
    <form
      class="panel welcome-form"
      onSubmit={submit}
      noValidate
      data-testid="choose-password-form"
    >
      <div>
        <h2>{t('welcome.password')}</h2>
        <p class="muted small">{t('welcome.passwordLead', { name: username() })}</p>
      </div>
      <Show when={problem()}>
        <ProblemNotice problem={problem()} />
      </Show>
      {/* For password managers, which ask under which name to keep it. */}
      <input
        class="visually-hidden"
        name="username"
        autocomplete="username"
        value={username()}
        readOnly
        tabindex="-1"
        aria-label={t('signIn.username')}
      />
      <Show when={session.firstPassword() === undefined}>
        <Field
          label={t('welcome.printed')}
          name="current"
          value={typed()}
          onInput={setTyped}
          error={checked() && typed() === '' ? t('field.required') : undefined}
          autocomplete="current-password"
          secret
        />
      </Show>
      <NewPasswordFields password={password} checked={checked()} autofocus />
      <div class="welcome-actions">
        <Button type="submit" variant="primary" busy={busy()} data-testid="choose-password">
          {t(busy() ? 'form.saving' : 'welcome.choose')}
        </Button>
        <Button variant="quiet" data-testid="choose-password-later" onClick={later}>
          {t('welcome.later')}
        </Button>
      </div>
    </form>
  );
}
