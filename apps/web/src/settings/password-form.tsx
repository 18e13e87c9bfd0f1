import { createSignal, Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { createNewPassword, NewPasswordFields } from '../session/new-password.tsx';
import { useSession } from '../session/session.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { Notice, ProblemNotice } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';

export function PasswordForm() {
  const { t } = usePreferences();
  const session = useSession();
  const say = useToasts();
  const password = createNewPassword(() => session.user()?.username ?? '');
  const [current, setCurrent] = createSignal('');
  const [checked, setChecked] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>();

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setChecked(true);
    if (busy() || current() === '' || !password.ready()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await session.changePassword(current(), password.value());
      say(t('password.saved'));
      setCurrent('');
      password.clear();
      setChecked(false);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="panel settings-panel" onSubmit={submit} noValidate data-testid="password-form">
      <h2>{t('account.password')}</h2>
      <Show when={session.hasFirstPassword()}>
        <Notice tone="warn" title={t('settings.firstPassword')} testId="first-password-notice">
          <p>{t('settings.firstPasswordHint')}</p>
        </Notice>
      </Show>
      <Show when={problem()}>
        <ProblemNotice problem={problem()} />
      </Show>
      <Field
        label={t('account.current')}
        name="current"
        value={current()}
        onInput={setCurrent}
        error={checked() && current() === '' ? t('field.required') : undefined}
        autocomplete="current-password"
        secret
      />
      <NewPasswordFields password={password} checked={checked()} />
      <Button type="submit" variant="primary" busy={busy()}>
        {t('account.save')}
      </Button>
    </form>
  );
}
