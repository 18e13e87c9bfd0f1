import { usePreferences } from '../i18n/preferences.tsx';
import { useSession } from '../session/session.tsx';
import { useTitle } from '../ui/title.ts';
import { PasswordForm } from './password-form.tsx';
import { TokensPanel } from './tokens-panel.tsx';
import './account.css';

export default function AccountPage() {
  const { t } = usePreferences();
  const session = useSession();
  useTitle(() => t('nav.account'));
  return (
    <>
      <div class="page-head">
        <h1>{t('nav.account')}</h1>
        <span class="muted small">
          {t('account.signedInAs', { name: session.user()?.username ?? '' })}
        </span>
      </div>
      <div class="account-grid">
        <PasswordForm />
        <TokensPanel />
      </div>
    </>
  );
}
