/** Milliseconds after which a session ends, however it is used: 7 days. */
export const SESSION_LIFE_MS = 7 * 86_400_000;
/** Milliseconds without a request after which a session ends: 24 h. */
export const SESSION_IDLE_MS = 86_400_000;
/** Milliseconds between two looks for sessions that have expired; their views end within 5 s. */
export const SESSION_SWEEP_MS = 2_000;
/** Milliseconds between two notes in the database that a session or token was used. */
export const LAST_USE_WRITE_MS = 60_000;
/** Sessions of one user; the one that was unused for longest ends at the next login. */
export const MAX_SESSIONS_PER_USER = 20;
/** API tokens of one user. */
export const MAX_TOKENS_PER_USER = 50;

/** Wrong logins of one address (or IPv6 /64) for one user name in a {@link LOGIN_WINDOW_MS}. */
export const MAX_LOGINS_PER_ADDRESS = 5;
/** The same for all user names together. */
export const MAX_LOGINS_PER_NETWORK = 10;
/** Wrong logins for one user name, of all devices together in which this user never signed in. */
export const MAX_LOGINS_PER_USER = 60;
/** Wrong logins of all such devices: bounds what hashing costs to 240 × 20 ms a minute, 8 % of a core. */
export const MAX_STRANGER_LOGINS = 240;
/** Wrong logins in one browser in which the user has signed in before. */
export const MAX_LOGINS_PER_DEVICE = 5;
/** Milliseconds. */
export const LOGIN_WINDOW_MS = 60_000;
/** Addresses, user names or devices that are counted, of each kind; the longest unused is forgotten. */
export const MAX_LOGIN_COUNTERS = 10_000;
/** Seconds after which a password is checked again that found too many before it: those that wait take 2 s. */
export const HASH_RETRY_SECONDS = 2;
/** Milliseconds for which a browser stays known after a login: a year. */
export const DEVICE_COOKIE_LIFE_MS = 365 * 86_400_000;

/** Characters of a password that a person chooses (NIST SP 800-63B §3.1.1.2 asks for 8, advises 15). */
export const MIN_PASSWORD_CHARACTERS = 12;
/** Characters of a user name. */
export const MAX_USERNAME_CHARACTERS = 64;
