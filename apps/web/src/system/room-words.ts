import { usePreferences } from '../i18n/preferences.tsx';
import { type Forecast, wholeDays } from './forecast.ts';

/** Words for a forecast: how many days there is room for, and how many were promised. */
export function useRoomWords() {
  const { t, format } = usePreferences();
  const days = (count: number): string => t.counted('health.forecastDays', wholeDays(count));
  const about = (count: number): string =>
    wholeDays(count) < 1
      ? t('health.forecastLess')
      : t('health.forecastAbout', { days: days(count) });
  return {
    days,
    /** “about 3 days”, “less than a day” */
    about,
    title: (known: Forecast): string =>
      t('health.room', { days: about(known.days), promised: days(known.promisedDays) }),
    rate: (known: Forecast): string =>
      t('health.rate', { perDay: format().bytes(known.bytesPerDay) }),
  };
}
