import { createSignal, Show } from 'solid-js';
import { api } from '../api/client.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { ProblemNotice } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';

const MIN_PASSWORD_CHARACTERS = 12;

export function PasswordForm() {
  const { t } = usePreferences();
  const say = useToasts();
  const [current, setCurrent] = createSignal('');
  const [next, setNext] = createSignal('');
  const [again, setAgain] = createSignal('');
  const [checked, setChecked] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>();

  const tooShort = (): boolean => next().length < MIN_PASSWORD_CHARACTERS;
  const differs = (): boolean => next() !== again();

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setChecked(true);
    if (busy() || current() === '' || tooShort() || differs()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await api.changePassword(current(), next());
      say(t('account.saved'));
      setCurrent('');
      setNext('');
      setAgain('');
      setChecked(false);
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form class="panel account-form" onSubmit={submit} noValidate data-testid="password-form">
      <h2>{t('account.password')}</h2>
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
      <Field
        label={t('account.next')}
        name="next"
        value={next()}
        onInput={setNext}
        hint={t('account.nextHint')}
        error={checked() && tooShort() ? t('account.tooShort') : undefined}
        autocomplete="new-password"
        secret
      />
      <Field
        label={t('account.again')}
        name="again"
        value={again()}
        onInput={setAgain}
        error={checked() && differs() ? t('account.mismatch') : undefined}
        autocomplete="new-password"
        secret
      />
      <Button type="submit" variant="primary" busy={busy()}>
        {t('account.save')}
      </Button>
    </form>
  );
}
