/** A whole number, 0 or more, of a track's `a=fmtp` (RFC 8866 §6.15); undefined where there is none. */
export function formatNumber(
  parameters: ReadonlyMap<string, string>,
  name: string,
): number | undefined {
  const text = parameters.get(name);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
