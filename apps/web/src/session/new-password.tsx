import { createSignal, Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { Field } from '../ui/field.tsx';
import { Icon } from '../ui/icon.tsx';
import { TONE_ICONS, type Tone } from '../ui/notice.tsx';
import {
  isRefused,
  MIN_PASSWORD_CHARACTERS,
  type Strength,
  strengthOf,
} from './password-strength.ts';
import './new-password.css';

const TONES: Readonly<Record<Strength, Tone>> = {
  'too-short': 'off',
  'has-name': 'bad',
  repeats: 'bad',
  enough: 'warn',
  good: 'good',
  strong: 'good',
};

/** What a form needs to know of a password that is being chosen. */
export interface NewPassword {
  readonly value: () => string;
  /** It may be sent: strong enough, and typed twice the same where it is hidden. */
  readonly ready: () => boolean;
  setValue(value: string): void;
  readonly again: () => string;
  setAgain(value: string): void;
  readonly shown: () => boolean;
  setShown(shown: boolean): void;
  readonly strength: () => Strength;
  clear(): void;
}

export function createNewPassword(username: () => string): NewPassword {
  const [value, setValue] = createSignal('');
  const [again, setAgain] = createSignal('');
  const [shown, setShown] = createSignal(false);
  const strength = (): Strength => strengthOf(value(), username());
  return {
    value,
    setValue,
    again,
    setAgain,
    shown,
    setShown,
    strength,
    ready: () => !isRefused(strength()) && (shown() || value() === again()),
    clear() {
      setValue('');
      setAgain('');
    },
  };
}

/** The fields for a new password: how hard it is to guess in words; typed again only while hidden. */
export function NewPasswordFields(props: {
  password: NewPassword;
  /** The form was sent once: what is wrong is said. */
  checked: boolean;
  autofocus?: boolean;
}) {
  const { t } = usePreferences();
  const password = () => props.password;
  const words = (): string => {
    const missing = MIN_PASSWORD_CHARACTERS - password().value().length;
    return password().strength() === 'too-short'
      ? t.counted('password.strength.tooShort', missing)
      : (t.find(`password.strength.${password().strength()}`) ?? '');
  };
  const refused = (): string | undefined => {
    if (!props.checked) return undefined;
    if (password().value() === '') return t('field.required');
    return isRefused(password().strength()) ? words() : undefined;
  };
  return (
    <>
      <div class="new-password">
        <Field
          label={t('password.new')}
          name="next"
          value={password().value()}
          onInput={password().setValue}
          onShown={password().setShown}
          error={refused()}
          hint={password().value() === '' ? t('password.hint') : undefined}
          autocomplete="new-password"
          autofocus={props.autofocus === true}
          secret
        />
        <div aria-live="polite">
          <Show when={password().value() !== '' && refused() === undefined}>
            <p
              class="new-password-strength"
              data-tone={TONES[password().strength()]}
              data-testid="password-strength"
            >
              <Icon name={TONE_ICONS[TONES[password().strength()]]} size={14} />
              {words()}
            </p>
          </Show>
        </div>
      </div>
      <Show when={!password().shown()}>
        <Field
          label={t('password.again')}
          name="again"
          value={password().again()}
          onInput={password().setAgain}
          hint={t('password.againHint')}
          error={
            props.checked && password().value() !== password().again()
              ? t('password.mismatch')
              : undefined
          }
          autocomplete="new-password"
          secret
        />
      </Show>
    </>
  );
}
