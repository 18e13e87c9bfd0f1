import { THEMES, type Theme, usePreferences } from '../i18n/preferences.tsx';
import { LOCALES, type Locale } from '../i18n/translate.ts';
import type { IconName } from '../ui/icon.tsx';
import { Segmented } from '../ui/segmented.tsx';

/** Each language by its own name, whatever language the page is in. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = {
  'pt-BR': 'Português',
  en: 'English',
};

export const THEME_ICONS: Readonly<Record<Theme, IconName>> = {
  system: 'monitor',
  light: 'sun',
  dark: 'moon',
};

export function LanguageChoice() {
  const { t, locale, setLocale } = usePreferences();
  return (
    <Segmented
      label={t('language.label')}
      value={locale()}
      options={LOCALES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      onChange={setLocale}
      testId="language"
    />
  );
}

export function ThemeChoice() {
  const { t, theme, setTheme } = usePreferences();
  return (
    <Segmented
      label={t('theme.label')}
      value={theme()}
      options={THEMES.map((value) => ({
        value,
        label: t(`theme.${value}`),
        iconOnly: THEME_ICONS[value],
      }))}
      onChange={setTheme}
      testId="theme"
    />
  );
}
