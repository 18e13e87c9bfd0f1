import { usePreferences } from '../i18n/preferences.tsx';
import { Field } from '../ui/field.tsx';
import type { Credentials } from './camera-form-model.ts';

/** User name and password of a camera, side by side. */
export function CredentialsFields(props: {
  value: Credentials;
  onChange: (typed: Partial<Credentials>) => void;
  errors?: Partial<Record<keyof Credentials, string | undefined>>;
  /** Stands in an empty password. */
  passwordPlaceholder?: string;
  optional?: boolean;
}) {
  const { t } = usePreferences();
  return (
    <div class="form-row">
      <Field
        label={t('form.username')}
        name="username"
        value={props.value.username}
        onInput={(username) => props.onChange({ username })}
        error={props.errors?.username}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        optional={props.optional === true}
      />
      <Field
        label={t('form.password')}
        name="password"
        value={props.value.password}
        onInput={(password) => props.onChange({ password })}
        error={props.errors?.password}
        hint={t('form.passwordHint')}
        placeholder={props.passwordPlaceholder ?? ''}
        autocomplete="new-password"
        secret
        optional={props.optional === true}
      />
    </div>
  );
}
