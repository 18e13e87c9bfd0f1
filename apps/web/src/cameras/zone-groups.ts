export interface ZoneGroup {
  /** `America` */
  readonly region: string;
  readonly zones: readonly { readonly zone: string; readonly place: string }[];
}

/** Zones by their region, as the IANA database names both; `kept` is among them whatever it is. */
export function zoneGroups(zones: readonly string[], kept: string): ZoneGroup[] {
  const all = new Set(zones);
  all.add('UTC');
  if (kept !== '') all.add(kept);
  const byRegion = new Map<string, { zone: string; place: string }[]>();
  for (const zone of [...all].sort()) {
    const slash = zone.indexOf('/');
    const region = slash === -1 ? 'UTC' : zone.slice(0, slash);
    const place = zone
      .slice(slash + 1)
      .replaceAll('_', ' ')
      .replaceAll('/', ', ');
    byRegion.set(region, [...(byRegion.get(region) ?? []), { zone, place }]);
  }
  return [...byRegion].map(([region, places]) => ({ region, zones: places }));
}
