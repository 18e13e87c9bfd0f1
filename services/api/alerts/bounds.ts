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

/** Messages that wait for a channel: above it the oldest go. */
export const MAX_WAITING = 1_000;
/** Milliseconds (a day) and attempts after which a message is given up. */
export const MAX_DELIVERY_AGE_MS = 24 * 3600_000;
export const MAX_DELIVERY_ATTEMPTS = 300;
/** Attempts after which a message is given up that its receiver refuses. */
export const MAX_REFUSALS = 8;
/** Longest first and longest wait between two attempts, milliseconds. */
export const DELIVERY_RETRY_FIRST_MS = 1_000;
export const DELIVERY_RETRY_LONGEST_MS = 10 * 60_000;
/** Milliseconds for a webhook's answer. */
export const WEBHOOK_TIMEOUT_MS = 10_000;
/** Bytes of a file that holds a secret. */
export const MAX_SECRET_BYTES = 4_096;
/** Webhooks of one installation. */
export const MAX_WEBHOOKS = 10;
/** Milliseconds for each step of sending a mail. */
export const MAIL_TIMEOUT_MS = 15_000;
/** Alerts that one mail tells of, and recipients of it. */
export const MAX_MAIL_ALERTS = 100;
export const MAX_RECIPIENTS = 20;
