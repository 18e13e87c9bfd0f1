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
        <AppearancePanel />
        <PasswordForm />
        <TokensPanel />
        <AboutPanel />
      </div>
      <ChannelsSection />
    </>
  );
}
