import { Show } from 'solid-js';
import { usePreferences, ZONE_CHOICES } from '../i18n/preferences.tsx';
import { LanguageChoice, ThemeChoice } from '../shell/preference-choices.tsx';
import { useNow } from '../time/now.ts';
import { viewerZone } from '../time/zone.ts';
import { Segmented } from '../ui/segmented.tsx';

const MINUTE = 60_000;

/** Language, theme and time zone: kept in this browser. */
export function AppearancePanel() {
  const { t, formatOf, systemZone, zoneChoice, setZoneChoice } = usePreferences();
  const clock = (zone: string): string =>
    `${formatOf(zone).zoneName(now())} · ${formatOf(zone).hourMinute(now())}`;
  const now = useNow(MINUTE);
  return (
    <section class="panel settings-panel" data-testid="appearance">
      <h2>{t('settings.appearance')}</h2>
      <p class="muted small">{t('settings.appearanceHint')}</p>
      <div class="setting">
        <span>{t('language.label')}</span>
        <LanguageChoice />
      </div>
      <div class="setting">
        <span>{t('theme.label')}</span>
        <ThemeChoice />
      </div>
      <div class="setting">
        <span>{t('settings.zone')}</span>
        <Segmented
          label={t('settings.zone')}
          value={zoneChoice()}
          options={ZONE_CHOICES.map((value) => ({ value, label: t(`settings.zone.${value}`) }))}
          onChange={setZoneChoice}
          testId="zone-choice"
        />
      </div>
      <dl class="zones small">
        <div>
          <dt>{t('settings.zoneOfDevice')}</dt>
          <dd>{clock(viewerZone())}</dd>
        </div>
        <Show when={systemZone()}>
          {(zone) => (
            <div>
              <dt>{t('settings.zoneOfSystem')}</dt>
              <dd data-testid="system-zone">{clock(zone())}</dd>
            </div>
          )}
        </Show>
      </dl>
    </section>
  );
}
