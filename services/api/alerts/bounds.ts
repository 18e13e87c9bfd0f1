/** Milliseconds in which openings of one alert are counted: each one before doubles the calm it needs. */
export const FLAP_WINDOW_MS = 3600_000;
/** Milliseconds of calm that even an alert that flaps closes after. */
export const LONGEST_CALM_MS = 30 * 60_000;

/** Alerts that are over are kept this many milliseconds (90 days), and this many of them. */
export const MAX_ALERT_AGE_MS = 90 * 86_400_000;
export const MAX_CLOSED_ALERTS = 10_000;

/** Alerts in one page, and where no limit is given. */
export const MAX_ALERT_PAGE = 500;
export const DEFAULT_ALERT_PAGE = 100;

/** Characters of an alert's words: those of a service may be long. */
export const MAX_DETAIL_CHARACTERS = 1_000;
