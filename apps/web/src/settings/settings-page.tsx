import { useQuery } from '@tanstack/solid-query';
import { Show } from 'solid-js';
import { tokensQuery } from '../api/queries.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { useSession } from '../session/session.tsx';
import { ChannelsSection } from '../system/channels-section.tsx';
import { useTitle } from '../ui/title.ts';
import { AboutPanel } from './about-panel.tsx';
import { AppearancePanel } from './appearance-panel.tsx';
import { PasswordForm } from './password-form.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import './settings.css';

/** How this viewer wants it, one's own account, who is told of alerts, and what this is. */
export default function SettingsPage() {
  const { t } = usePreferences();
  const session = useSession();
  const tokens = useQuery(tokensQuery);
  // What stands below a list comes after it, so that the list does not move it.
  const arrived = (): boolean => !tokens.isPending || tokens.failureCount > 0;
  useTitle(() => t('nav.settings'));
  return (
    <>
      <div class="page-head">
        <h1>{t('nav.settings')}</h1>
        <span class="muted small">
          {t('account.signedInAs', { name: session.user()?.username ?? '' })}
        </span>
      </div>
      <div class="settings-grid">
        <div class="settings-stack">
          <AppearancePanel />
          <PasswordForm />
        </div>
        <div class="settings-stack">
          <TokensPanel />
          <Show when={arrived()}>
            <AboutPanel />
          </Show>
        </div>
      </div>
      <Show when={arrived()}>
        <ChannelsSection />
      </Show>
    </>
  );
}
