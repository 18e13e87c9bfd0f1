import { useQuery } from '@tanstack/solid-query';
import { Show } from 'solid-js';
import { systemQuery } from '../api/queries.ts';
import { usePreferences, ZONE_CHOICES } from '../i18n/preferences.tsx';
import { LanguageChoice, ThemeChoice } from '../shell/preference-choices.tsx';
import { useNow } from '../time/now.ts';
import { Segmented } from '../ui/segmented.tsx';

const MINUTE = 60_000;

/** Language, theme and time zone: kept in this browser. */
export function AppearancePanel() {
  const { t, format, formatIn, zoneChoice, setZoneChoice } = usePreferences();
  const now = useNow(MINUTE);
  const system = useQuery(systemQuery);
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
          <dd>
            {format().zoneName(now())} · {format().hourMinute(now())}
          </dd>
        </div>
        <Show when={system.data?.timeZone}>
          {(zone) => (
            <div>
              <dt>{t('settings.zoneOfSystem')}</dt>
              <dd data-testid="system-zone">
                {formatIn(zone()).zoneName(now())} · {formatIn(zone()).hourMinute(now())}
              </dd>
            </div>
          )}
        </Show>
      </dl>
    </section>
  );
}
