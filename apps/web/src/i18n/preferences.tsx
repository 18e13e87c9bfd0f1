import { createContext, createEffect, createSignal, type JSX, useContext } from 'solid-js';
import { createFormatters, type Formatters } from '../time/format.ts';
import { viewerZone } from '../time/zone.ts';
import { remembered } from '../ui/remembered.ts';
import { createTranslate, LOCALES, type Locale, localeFor, type Translate } from './translate.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** How this viewer wants to see the product: remembered in this browser. */
export interface Preferences {
  readonly t: Translate;
  readonly format: () => Formatters;
  readonly locale: () => Locale;
  setLocale(locale: Locale): void;
  readonly theme: () => Theme;
  setTheme(theme: Theme): void;
}

const Context = createContext<Preferences>();

export function PreferencesProvider(props: { children: JSX.Element }) {
  const storedLocale = remembered('vms.locale', LOCALES, localeFor(navigator.languages));
  const storedTheme = remembered('vms.theme', THEMES, 'system');
  const [locale, setLocale] = createSignal<Locale>(storedLocale.initial);
  const [theme, setTheme] = createSignal<Theme>(storedTheme.initial);
  const zone = viewerZone();
  createEffect(() => {
    document.documentElement.lang = locale();
  });
  createEffect(() => {
    if (theme() === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme();
  });
  const formatters: Record<Locale, Formatters> = {
    'pt-BR': createFormatters('pt-BR', zone),
    en: createFormatters('en', zone),
  };
  const value: Preferences = {
    t: createTranslate(locale),
    format: () => formatters[locale()],
    locale,
    setLocale(next) {
      storedLocale.save(next);
      setLocale(next);
    },
    theme,
    setTheme(next) {
      storedTheme.save(next);
      setTheme(next);
    },
  };
  return <Context.Provider value={value}>{props.children}</Context.Provider>;
}

export function usePreferences(): Preferences {
  const value = useContext(Context);
  if (value === undefined) throw new Error('usePreferences needs a PreferencesProvider above it');
  return value;
}
