/** Milliseconds after which a session ends, however it is used: 7 days. */
export const SESSION_LIFE_MS = 7 * 86_400_000;
/** Milliseconds without a request after which a session ends: 24 h. */
export const SESSION_IDLE_MS = 86_400_000;
/** Milliseconds between two notes in the database that a session or token was used. */
export const LAST_USE_WRITE_MS = 60_000;
/** Sessions of one user; the one that was unused for longest ends at the next login. */
export const MAX_SESSIONS_PER_USER = 20;
/** API tokens of one user. */
export const MAX_TOKENS_PER_USER = 50;

/** Logins in one {@link LOGIN_WINDOW_MS} of one address for one user name. */
export const MAX_LOGINS_PER_ADDRESS = 5;
/** Logins in one window of all addresses together: bounds what hashing costs to 60 × 20 ms a minute. */
export const MAX_LOGINS = 60;
/** Milliseconds. */
export const LOGIN_WINDOW_MS = 60_000;
/** Pairs of address and user name that are counted. */
export const MAX_LOGIN_COUNTERS = 10_000;

/** Characters of a password that a person chooses (NIST SP 800-63B §3.1.1.2 asks for 8, advises 15). */
export const MIN_PASSWORD_CHARACTERS = 12;
/** Characters of a user name. */
export const MAX_USERNAME_CHARACTERS = 64;
