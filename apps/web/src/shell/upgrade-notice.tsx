import { useLocation } from '@solidjs/router';
import {
  createEffect,
  createSignal,
  ErrorBoundary,
  type JSX,
  on,
  onCleanup,
  onMount,
  Show,
} from 'solid-js';
import { basePath } from '../api/base.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { reloadPage } from './resume.ts';
import { BUILD_POLL_MS, isOutdated, mayReload } from './upgrade.ts';

async function fetchDocument(): Promise<string> {
  const answer = await fetch(`${basePath()}/`, { cache: 'no-store', credentials: 'same-origin' });
  return answer.ok ? answer.text() : '';
}

/** Says that the system was upgraded while the page was open, and offers to load it anew. */
export function UpgradeNotice(props: { ownEntry: string }) {
  const { t } = usePreferences();
  const [outdated, setOutdated] = createSignal(false);
  const [later, setLater] = createSignal(false);
  onMount(() => {
    const look = async (): Promise<void> => {
      if (document.visibilityState !== 'visible' || outdated()) return;
      if ((await isOutdated({ ownEntry: props.ownEntry, fetchDocument })) === true) {
        setOutdated(true);
      }
    };
    const onVisible = (): void => void look();
    const timer = window.setInterval(onVisible, BUILD_POLL_MS);
    document.addEventListener('visibilitychange', onVisible);
    onCleanup(() => {
      window.clearInterval(timer);
      document.removeEventListener('visibilitychange', onVisible);
    });
  });
  return (
    <Show when={outdated() && !later()}>
      <Notice
        tone="info"
        class="upgrade"
        title={t('upgrade.title')}
        live
        testId="upgrade"
        action={
          <div class="upgrade-actions">
            <Button size="small" variant="primary" onClick={reloadPage}>
              {t('upgrade.reload')}
            </Button>
            <Button size="small" variant="quiet" onClick={() => setLater(true)}>
              {t('upgrade.later')}
            </Button>
          </div>
        }
      >
        <p>{t('upgrade.hint')}</p>
      </Notice>
    </Show>
  );
}

/**
 * Around what may be missing after an upgrade: a part of the page whose file is gone is fetched by
 * loading the page anew, once; if that does not help, words.
 */
export function PartBoundary(props: { children: JSX.Element }) {
  const { t } = usePreferences();
  const location = useLocation();
  onMount(() => {
    const onMissing = (event: Event): void => {
      if (!mayReload(sessionStorage, Date.now())) return;
      event.preventDefault();
      reloadPage();
    };
    window.addEventListener('vite:preloadError', onMissing);
    onCleanup(() => window.removeEventListener('vite:preloadError', onMissing));
  });
  return (
    <ErrorBoundary
      fallback={(_thrown, reset) => {
        // Another page may well work.
        createEffect(on(() => location.pathname, reset, { defer: true }));
        return (
          <Notice
            tone="bad"
            title={t('upgrade.broken')}
            testId="part-broken"
            action={
              <Button size="small" onClick={reloadPage}>
                {t('upgrade.reload')}
              </Button>
            }
          >
            <p>{t('upgrade.brokenHint')}</p>
          </Notice>
        );
      }}
    >
      {props.children}
    </ErrorBoundary>
  );
}
