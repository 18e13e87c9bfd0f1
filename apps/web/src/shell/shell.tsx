import { A, Navigate, useLocation, useNavigate } from '@solidjs/router';
import { useQuery } from '@tanstack/solid-query';
import { createEffect, type JSX, Match, Show, Switch } from 'solid-js';
import { basePath, withoutBase } from '../api/base.ts';
import { systemQuery } from '../api/queries.ts';
import { THEMES, usePreferences } from '../i18n/preferences.tsx';
import { LOCALES } from '../i18n/translate.ts';
import { signInPath, welcomePath } from '../session/next.ts';
import { useSession } from '../session/session.tsx';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuAction, MenuChoice, MenuRule } from '../ui/menu.tsx';
import { useProblemText } from '../ui/notice.tsx';
import { Failed } from '../ui/page-states.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { Logo } from './logo.tsx';
import { useOpenBeside } from './open-beside.ts';
import { LANGUAGE_NAMES, THEME_ICONS } from './preference-choices.tsx';
import { ShortcutsHelp, useShortcutsHelp } from './shortcuts-help.tsx';
import { StaleNotice } from './stale-notice.tsx';
import { PartBoundary, UpgradeNotice } from './upgrade-notice.tsx';
import { ZoneQuestion } from './zone-choice.tsx';
import './shell.css';

/** What stands around every page of a person who is signed in; leads to sign-in who is not. */
export function Shell(props: { ownEntry: string; children?: JSX.Element }) {
  const { t, zoneIsOpen } = usePreferences();
  const session = useSession();
  const location = useLocation();
  return (
    <Switch>
      <Match when={session.user() === null}>
        <Navigate href={signInPath(`${withoutBase(location.pathname)}${location.search}`)} />
      </Match>
      <Match when={session.mustChoosePassword()}>
        <Navigate href={welcomePath(`${withoutBase(location.pathname)}${location.search}`)} />
      </Match>
      <Match when={session.user()}>
        {(user) => (
          <ShortcutsHelp>
            <a class="skip-link" href={`${location.pathname}${location.search}#content`}>
              {t('app.skip')}
            </a>
            <TopBar username={user().username} />
            <main id="content" class="page" tabindex="-1">
              <StaleNotice />
              <UpgradeNotice ownEntry={props.ownEntry} />
              <Show when={zoneIsOpen()}>
                <ZoneQuestion />
              </Show>
              <PartBoundary>{props.children}</PartBoundary>
            </main>
          </ShortcutsHelp>
        )}
      </Match>
      <Match when={session.problem()}>
        <main class="page page-narrow">
          <Failed problem={session.problem()} onRetry={session.retry} />
        </main>
      </Match>
    </Switch>
  );
}

function TopBar(props: { username: string }) {
  const { t, locale, setLocale, theme, setTheme, setSystemZone } = usePreferences();
  const session = useSession();
  const navigate = useNavigate();
  const say = useToasts();
  const problemText = useProblemText();
  const showShortcuts = useShortcutsHelp();
  const system = useQuery(systemQuery);
  const openBeside = useOpenBeside();
  createEffect(() => {
    const zone = system.isPending ? undefined : system.data?.timeZone;
    if (zone !== undefined) setSystemZone(zone);
  });
  const alarms = (): number => (system.isPending ? 0 : (system.data?.alarms.length ?? 0));
  const signOut = (): void => {
    session.signOut().catch((thrown: unknown) => say(problemText(thrown), 'bad'));
  };
  return (
    <header class="bar">
      <A href="/" class="bar-brand" end aria-label={t('app.name')}>
        <Logo size={26} />
        <span>{t('app.name')}</span>
      </A>
      <nav class="bar-nav" aria-label={t('nav.label')}>
        <A href="/live" class="bar-link" activeClass="bar-link-active">
          <Icon name="grid" size={18} />
          <span>{t('nav.live')}</span>
        </A>
        <A href="/cameras" class="bar-link" activeClass="bar-link-active">
          <Icon name="camera" size={18} />
          <span>{t('nav.cameras')}</span>
        </A>
        <A href="/system" class="bar-link" activeClass="bar-link-active">
          <Icon name="system" size={18} />
          <span>{t('nav.system')}</span>
        </A>
      </nav>
      <div class="bar-end">
        <div aria-live="polite">
          <Show when={alarms() > 0}>
            <A href="/system" class="badge bar-alarms" data-tone="bad" data-testid="alarm-count">
              <Icon name="alarm" size={14} />
              <span class="bar-alarm-words">{t.counted('health.openCount', alarms())}</span>
              <span class="bar-alarm-number" aria-hidden="true">
                {alarms()}
              </span>
            </A>
          </Show>
        </div>
        <Menu
          label={t('nav.menu', { name: props.username })}
          testId="user-menu"
          trigger={
            <>
              <Icon name="user" size={18} />
              <span class="bar-user">{props.username}</span>
              <Icon name="chevronDown" size={14} />
            </>
          }
        >
          <MenuAction
            icon="settings"
            label={t('nav.settings')}
            testId="settings"
            onSelect={() => navigate('/settings')}
          />
          <MenuAction
            icon="keyboard"
            label={t('shortcuts.title')}
            testId="show-shortcuts"
            onSelect={showShortcuts}
          />
          <MenuAction
            icon="info"
            label={t('nav.api')}
            onSelect={() => openBeside(`${basePath()}/api/v1/docs`)}
          />
          <MenuRule />
          <MenuChoice
            label={t('theme.label')}
            value={theme()}
            options={THEMES.map((value) => ({
              value,
              label: t(`theme.${value}`),
              icon: THEME_ICONS[value],
            }))}
            onChange={setTheme}
          />
          <MenuRule />
          <MenuChoice
            label={t('language.label')}
            value={locale()}
            options={LOCALES.map((value) => ({
              value,
              label: LANGUAGE_NAMES[value],
              icon: 'globe' as const,
            }))}
            onChange={setLocale}
          />
          <MenuRule />
          <MenuAction
            icon="signOut"
            label={t('nav.signOut')}
            testId="sign-out"
            onSelect={signOut}
          />
        </Menu>
      </div>
    </header>
  );
}
