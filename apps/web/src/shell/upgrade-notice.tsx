import { useLocation } from '@solidjs/router';
import {
  createEffect,
  createSignal,
  ErrorBoundary,
  type JSX,
  Match,
  on,
  onCleanup,
  onMount,
  Show,
  Switch,
} from 'solid-js';
import { fetchDocument, systemAnswers } from '../api/answers.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';
import { Loading } from '../ui/page-states.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { reloadPage } from './resume.ts';
import { BUILD_POLL_MS, isOutdated, mayReload } from './upgrade.ts';

/** Says that the system was upgraded while the page was open, and offers to load it again. */
export function UpgradeNotice(props: { ownEntry: string }) {
  const { t } = usePreferences();
  const [outdated, setOutdated] = createSignal(false);
  const [later, setLater] = createSignal(false);
  const reload = useReload();
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
            <Button size="small" variant="primary" onClick={reload}>
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

/** Reloads the page for a person, and says where the system does not answer. */
function useReload(): () => void {
  const { t } = usePreferences();
  const say = useToasts();
  const reload = async (): Promise<void> => {
    if (!(await reloadPage())) say(t('error.web.unreachable'), 'bad');
  };
  return () => void reload();
}

/** Milliseconds between two checks whether a system that was unavailable responds again. */
const AWAY_POLL_MS = 3000;

/**
 * Around what may be missing: a part of the page whose file is gone after an upgrade is fetched by
 * reloading the page, once; while the system is unavailable, as soon as it responds. Else there are words.
 */
export function PartBoundary(props: { children: JSX.Element }) {
  /** What was thrown because a file is missing; all else is a mistake of ours. */
  const missing = new WeakSet<object>();
  onMount(() => {
    const onMissing = ({ payload }: VitePreloadErrorEvent): void => void missing.add(payload);
    window.addEventListener('vite:preloadError', onMissing);
    onCleanup(() => window.removeEventListener('vite:preloadError', onMissing));
  });
  return (
    <ErrorBoundary
      fallback={(thrown: unknown, reset) => (
        <BrokenPart missing={thrown instanceof Error && missing.has(thrown)} onLeave={reset} />
      )}
    >
      {props.children}
    </ErrorBoundary>
  );
}

/** In the place of a part that could not be loaded or drawn. */
function BrokenPart(props: { missing: boolean; onLeave: () => void }) {
  const { t } = usePreferences();
  const location = useLocation();
  const reload = useReload();
  const [state, setState] = createSignal<'asking' | 'away' | 'broken'>(
    props.missing ? 'asking' : 'broken',
  );
  // Another page may well work.
  createEffect(on(() => location.pathname, props.onLeave, { defer: true }));
  let timer: number | undefined;
  let gone = false;
  const look = async (): Promise<void> => {
    const answers = await systemAnswers();
    if (gone) return;
    if (answers && state() !== 'away' && !mayReload(sessionStorage, Date.now())) {
      setState('broken');
      return;
    }
    // It may be unavailable again by then.
    if ((answers && (await reloadPage())) || gone) return;
    setState('away');
    timer = window.setTimeout(() => void look(), AWAY_POLL_MS);
  };
  onMount(() => {
    if (props.missing) void look();
    onCleanup(() => {
      gone = true;
      window.clearTimeout(timer);
    });
  });
  return (
    <Switch fallback={<Loading />}>
      <Match when={state() === 'broken'}>
        <Notice
          tone="bad"
          title={t('upgrade.broken')}
          testId="part-broken"
          action={
            <Button size="small" onClick={reload}>
              {t('upgrade.reload')}
            </Button>
          }
        >
          <p>{t('upgrade.brokenHint')}</p>
        </Notice>
      </Match>
      <Match when={state() === 'away'}>
        <Notice tone="warn" icon="connecting" title={t('away.title')} live testId="part-away">
          <p>{t('away.part')}</p>
        </Notice>
      </Match>
    </Switch>
  );
}
