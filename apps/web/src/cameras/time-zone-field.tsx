import { useQuery } from '@tanstack/solid-query';
import { createMemo, createUniqueId, For } from 'solid-js';
import { systemQuery } from '../api/queries.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Icon } from '../ui/icon.tsx';
import { type ZoneGroup, zoneGroups } from './zone-groups.ts';

/** Where a camera stands: the zone in which its times are shown. Empty is that of the system. */
export function TimeZoneField(props: { value: string; onChange: (zone: string) => void }) {
  const { t } = usePreferences();
  const id = createUniqueId();
  const system = useQuery(systemQuery);
  const groups = createMemo((): readonly ZoneGroup[] =>
    zoneGroups(Intl.supportedValuesOf('timeZone'), props.value),
  );
  const ofSystem = (): string => {
    const zone = system.data?.timeZone;
    if (zone === undefined) return t('form.timeZoneSystem');
    return t('form.timeZoneSystemIs', { zone: zone.replaceAll('_', ' ') });
  };
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {t('form.timeZone')}
      </label>
      <div class="select">
        <select
          id={id}
          class="input"
          name="timeZone"
          aria-describedby={`${id}-hint`}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        >
          <option value="" selected={props.value === ''}>
            {ofSystem()}
          </option>
          <For each={groups()}>
            {(group) => (
              <optgroup label={group.region}>
                <For each={group.zones}>
                  {({ zone, place }) => (
                    <option value={zone} selected={props.value === zone}>
                      {place}
                    </option>
                  )}
                </For>
              </optgroup>
            )}
          </For>
        </select>
        <Icon name="chevronDown" />
      </div>
      <span class="field-hint" id={`${id}-hint`}>
        {t('form.timeZoneHint')}
      </span>
    </div>
  );
}
