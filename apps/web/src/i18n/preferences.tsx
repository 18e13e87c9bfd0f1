import type { EpochMs } from '@vms/common/clock.ts';
import { createContext, createEffect, createSignal, type JSX, useContext } from 'solid-js';
import { keepAwayPage } from '../shell/away-page.ts';
import { createFormatters, type Formatters } from '../time/format.ts';
import { clocksDiffer, isZone, viewerZone } from '../time/zone.ts';
import { remembered, rememberedText } from '../ui/remembered.ts';
import { createTranslate, LOCALES, type Locale, localeFor, type Translate } from './translate.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** How this viewer wants to see the product: remembered in this browser. */
export interface Preferences {
  readonly t: Translate;
  /** Times in the zone of this page: of the camera below a CameraZone, else of the system or of this device. */
  readonly format: () => Formatters;
  /** Times of a camera in `zone`; in another where the viewer chose that. */
  formatIn(zone: string | undefined): Formatters;
  /**
   * A moment of a camera in `zone` among those of a page: with its offset, where that is not the page's.
   */
  momentIn(zone: string | undefined, at: EpochMs, now: EpochMs): string;
  /** Times in `zone`, whatever was chosen. */
  formatOf(zone: string): Formatters;
  readonly zoneChoice: () => ZoneChoice;
  setZoneChoice(choice: ZoneChoice): void;
  /** The viewer has not chosen, and the clocks of system and device differ. */
  readonly zoneIsOpen: () => boolean;
  readonly systemZone: () => string | undefined;
  /** Tells in which zone the system is; remembered, so that the next page has it from the start. */
  setSystemZone(zone: string): void;
  readonly locale: () => Locale;
  setLocale(locale: Locale): void;
  readonly theme: () => Theme;
  setTheme(theme: Theme): void;
}

/**
 * Whose time zone holds on every page. `camera`: times of a camera in its own zone, all others in the
 * system's.
 */
export const ZONE_CHOICES = ['camera', 'system', 'device'] as const;
export type ZoneChoice = (typeof ZONE_CHOICES)[number];

const Context = createContext<Preferences>();

export function PreferencesProvider(props: { children: JSX.Element }) {
  const storedLocale = remembered('vms.locale', LOCALES, localeFor(navigator.languages));
  const storedTheme = remembered('vms.theme', THEMES, 'system');
  const [locale, setLocale] = createSignal<Locale>(storedLocale.initial);
  const [theme, setTheme] = createSignal<Theme>(storedTheme.initial);
  const storedZone = remembered('vms.zone', [...ZONE_CHOICES, 'open'], 'open');
  const [chosenZone, setChosenZone] = createSignal<ZoneChoice | 'open'>(storedZone.initial);
  const zoneChoice = (): ZoneChoice => {
    const chosen = chosenZone();
    return chosen === 'open' ? 'camera' : chosen;
  };
  const deviceZone = viewerZone();
  const storedSystemZone = rememberedText('vms.zone.system');
  const [systemZone, setSystemZone] = createSignal(storedSystemZone.initial);
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
  const zoneOf = (camera: string | undefined): string => {
    if (zoneChoice() === 'device') return deviceZone;
    const system = systemZone() ?? deviceZone;
    return zoneChoice() === 'system' ? system : (camera ?? system);
  };
  const formatIn = (zone: string | undefined): Formatters => formattersOf(zoneOf(zone));
  const t = createTranslate(locale);
  createEffect(() => keepAwayPage(t, locale()));
  const value: Preferences = {
    t,
    format: () => formatIn(undefined),
    formatIn,
    momentIn(zone, at, now) {
      const own = formatIn(zone);
      const sameAsPage = own.zoneOffset(at) === formatIn(undefined).zoneOffset(at);
      return sameAsPage ? own.moment(at, now) : own.zonedMoment(at, now);
    },
    formatOf: formattersOf,
    systemZone,
    setSystemZone(zone) {
      if (zone === systemZone()) return;
      storedSystemZone.save(zone);
      setSystemZone(zone);
    },
    zoneIsOpen: () => {
      const system = systemZone();
      if (chosenZone() !== 'open' || system === undefined) return false;
      return clocksDiffer(system, deviceZone, Date.now());
    },
    zoneChoice,
    setZoneChoice(next) {
      storedZone.save(next);
      setChosenZone(next);
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

/** Below it, times are those of a camera: in its zone, as far as the viewer wants to see that. */
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
