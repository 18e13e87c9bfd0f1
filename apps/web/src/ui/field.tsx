import { createSignal, createUniqueId, type JSX, Show, splitProps } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';

interface FieldProps extends Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput'> {
  label: string;
  name: string;
  value: string;
  onInput: (value: string) => void;
  hint?: string | undefined;
  error?: string | undefined;
  /** Says that the field may stay empty. */
  optional?: boolean;
  /** Hides what is typed, with a button to show it. */
  secret?: boolean;
  /** Told when a secret is shown or hidden. */
  onShown?: (shown: boolean) => void;
}

/** A labelled input with its hint and its error, tied together for screen readers. */
export function Field(props: FieldProps) {
  const { t } = usePreferences();
  const id = createUniqueId();
  const [shown, setShown] = createSignal(false);
  const [own, rest] = splitProps(props, [
    'label',
    'value',
    'onInput',
    'hint',
    'error',
    'optional',
    'secret',
    'onShown',
    'type',
  ]);
  const describedBy = (): string | undefined => {
    if (own.error !== undefined) return `${id}-error`;
    return own.hint === undefined ? undefined : `${id}-hint`;
  };
  const input = () => (
    <input
      {...rest}
      id={id}
      class="input"
      type={own.secret === true && !shown() ? 'password' : (own.type ?? 'text')}
      value={own.value}
      onInput={(event) => own.onInput(event.currentTarget.value)}
      aria-invalid={own.error !== undefined}
      aria-describedby={describedBy()}
    />
  );
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {own.label}
        <Show when={own.optional}>
          {' '}
          <span class="field-optional">({t('field.optional')})</span>
        </Show>
      </label>
      <Show when={own.secret} fallback={input()}>
        <div class="input-with-action">
          {input()}
          <IconButton
            icon={shown() ? 'eyeOff' : 'eye'}
            label={t(shown() ? 'field.hide' : 'field.show')}
            aria-pressed={shown()}
            onClick={() => own.onShown?.(setShown(!shown()))}
          />
        </div>
      </Show>
      <Show
        when={own.error}
        fallback={
          <Show when={own.hint}>
            <span class="field-hint" id={`${id}-hint`}>
              {own.hint}
            </span>
          </Show>
        }
      >
        <span class="field-error" id={`${id}-error`}>
          <Icon name="alarm" size={14} />
          {own.error}
        </span>
      </Show>
    </div>
  );
}
