import { For } from 'solid-js';
import { usePreferences, ZONE_CHOICES } from '../i18n/preferences.tsx';
import { useNow } from '../time/now.ts';
import { viewerZone } from '../time/zone.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuChoice } from '../ui/menu.tsx';
import { Notice } from '../ui/notice.tsx';

const MINUTE = 60_000;

/** The one place of a page that says in which zone its times are; a press changes it for all pages. */
export function ZoneMenu() {
  const { t, format, zoneChoice, setZoneChoice } = usePreferences();
  const now = useNow(MINUTE);
  return (
    <Menu
      label={t('zone.menu', { zone: format().zoneName(now()) })}
      triggerClass="zone-menu"
      testId="zone"
      trigger={
        <>
          <Icon name="clock" />
          <span class="zone-name">{t('timeline.zone', { zone: format().zoneName(now()) })}</span>
          <Icon name="chevronDown" size={14} />
        </>
      }
    >
      <MenuChoice
        label={t('settings.zone')}
        value={zoneChoice()}
        options={ZONE_CHOICES.map((value) => ({ value, label: t(`settings.zone.${value}`) }))}
        onChange={setZoneChoice}
      />
    </Menu>
  );
}

/** Asks once whose clock is meant, where the system's and this device's differ. */
export function ZoneQuestion() {
  const { t, formatOf, systemZone, setZoneChoice } = usePreferences();
  const now = useNow(MINUTE);
  const clock = (zone: string | undefined): string => {
    const format = formatOf(zone ?? viewerZone());
    return `${format.hourMinute(now())} (${format.zoneName(now())})`;
  };
  return (
    <Notice
      tone="info"
      icon="clock"
      title={t('zone.question')}
      class="zone-question"
      testId="zone-question"
      action={
        <div class="zone-answers">
          <For each={ZONE_CHOICES}>
            {(choice) => (
              <Button size="small" data-choice={choice} onClick={() => setZoneChoice(choice)}>
                {t(`settings.zone.${choice}`)}
              </Button>
            )}
          </For>
        </div>
      }
    >
      <p>{t('zone.clocks', { system: clock(systemZone()), device: clock(undefined) })}</p>
    </Notice>
  );
}
