import { createContext, createEffect, createSignal, type JSX, useContext } from 'solid-js';
import { createFormatters, type Formatters } from '../time/format.ts';
import { isZone, viewerZone } from '../time/zone.ts';
import { remembered } from '../ui/remembered.ts';
import { createTranslate, LOCALES, type Locale, localeFor, type Translate } from './translate.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** How this viewer wants to see the product: remembered in this browser. */
export interface Preferences {
  readonly t: Translate;
  /** Times in the zone that holds here: of the camera below a CameraZone, else of this device. */
  readonly format: () => Formatters;
  /** Times in a zone of one's choosing, where the viewer wants to see cameras in their own zone. */
  formatIn(zone: string | undefined): Formatters;
  readonly zoneChoice: () => ZoneChoice;
  setZoneChoice(choice: ZoneChoice): void;
  readonly locale: () => Locale;
  setLocale(locale: Locale): void;
  readonly theme: () => Theme;
  setTheme(theme: Theme): void;
}

/** Whose time zone times of a camera are shown in. */
export const ZONE_CHOICES = ['camera', 'device'] as const;
export type ZoneChoice = (typeof ZONE_CHOICES)[number];

const Context = createContext<Preferences>();

export function PreferencesProvider(props: { children: JSX.Element }) {
  const storedLocale = remembered('vms.locale', LOCALES, localeFor(navigator.languages));
  const storedTheme = remembered('vms.theme', THEMES, 'system');
  const [locale, setLocale] = createSignal<Locale>(storedLocale.initial);
  const [theme, setTheme] = createSignal<Theme>(storedTheme.initial);
  const storedZone = remembered('vms.zone', ZONE_CHOICES, 'camera');
  const [zoneChoice, setZoneChoice] = createSignal<ZoneChoice>(storedZone.initial);
  const deviceZone = viewerZone();
  createEffect(() => {
    document.documentElement.lang = locale();
  });
  createEffect(() => {
    if (theme() === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme();
  });
  const formatters = new Map<string, Formatters>();
  const formattersOf = (zone: string): Formatters => {
    const key = `${locale()} ${zone}`;
    let made = formatters.get(key);
    if (made === undefined) {
      made = createFormatters(locale(), isZone(zone) ? zone : deviceZone);
      formatters.set(key, made);
    }
    return made;
  };
  const value: Preferences = {
    t: createTranslate(locale),
    format: () => formattersOf(deviceZone),
    formatIn: (zone) =>
      formattersOf(zone === undefined || zoneChoice() === 'device' ? deviceZone : zone),
    zoneChoice,
    setZoneChoice(next) {
      storedZone.save(next);
      setZoneChoice(next);
    },
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

/** Below it, times are those of the camera's zone. */
export function CameraZone(props: { zone: string | undefined; children: JSX.Element }) {
  const preferences = usePreferences();
  const value: Preferences = {
    ...preferences,
    format: () => preferences.formatIn(props.zone),
  };
  return <Context.Provider value={value}>{props.children}</Context.Provider>;
}

export function usePreferences(): Preferences {
  const value = useContext(Context);
  if (value === undefined) throw new Error('usePreferences needs a PreferencesProvider above it');
  return value;
}
