import { useQuery } from '@tanstack/solid-query';
import { VERSION } from '@vms/common/version.ts';
import { basePath } from '../api/base.ts';
import { systemQuery } from '../api/queries.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Logo } from '../shell/logo.tsx';
import { useOpenBeside } from '../shell/open-beside.ts';
import { useShortcutsHelp } from '../shell/shortcuts-help.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';

/** What this is: version, licence, and where there is more to read. */
export function AboutPanel() {
  const { t } = usePreferences();
  const system = useQuery(systemQuery);
  const openBeside = useOpenBeside();
  const showShortcuts = useShortcutsHelp();
  return (
    <section class="panel settings-panel" data-testid="about">
      <h2>{t('settings.about')}</h2>
      <div class="about-name">
        <Logo size={40} />
        <div>
          <p>
            <strong>{t('app.name')}</strong>
          </p>
          <p class="muted small">
            {t('system.version', { version: system.data?.version ?? VERSION })}
          </p>
        </div>
      </div>
      <p class="small">{t('settings.licence')}</p>
      <div class="about-links">
        <a
          class="button"
          data-variant="secondary"
          href={`${basePath()}/api/v1/docs`}
          target="_blank"
          rel="noopener external"
          onClick={(event) => {
            event.preventDefault();
            openBeside(event.currentTarget.href);
          }}
        >
          <Icon name="info" />
          {t('nav.api')}
        </a>
        <Button icon="keyboard" onClick={showShortcuts}>
          {t('shortcuts.title')}
        </Button>
      </div>
    </section>
  );
}
