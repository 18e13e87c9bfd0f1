/** Characters of the longest name of a time zone that is read. */
export const MAX_TIME_ZONE_CHARACTERS = 64;

/**
 * A time zone by its name in the IANA Time Zone Database, in the letters that the database uses;
 * undefined where there is none. An offset such as `+03:00` is no time zone: it knows no summer time.
 */
export function timeZoneOf(name: string): string | undefined {
  if (name.length > MAX_TIME_ZONE_CHARACTERS || !/^[a-z][\w+/-]*$/i.test(name)) return undefined;
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // Old names of a zone are kept as they were given: both are understood everywhere.
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return undefined;
  }
}

/** The time zone of this machine; `UTC` where it has none that the database knows. */
export function systemTimeZone(): string {
  return timeZoneOf(new Intl.DateTimeFormat().resolvedOptions().timeZone) ?? 'UTC';
}
