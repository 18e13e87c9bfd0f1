/** Names this page to the system, for its lists and logs. A new one each time the page is loaded. */
export function newViewerId(random: (bytes: Uint8Array<ArrayBuffer>) => unknown): string {
  const bytes = new Uint8Array(8);
  random(bytes);
  return `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

export const VIEWER_ID = newViewerId((bytes) => crypto.getRandomValues(bytes));
