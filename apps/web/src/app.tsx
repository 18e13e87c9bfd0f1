import { Navigate, Route, Router } from '@solidjs/router';
import { QueryClient, QueryClientProvider } from '@tanstack/solid-query';
import { type JSX, lazy } from 'solid-js';
import { basePath } from './api/base.ts';
import { ApiProblem } from './api/problem.ts';
import { PreferencesProvider } from './i18n/preferences.tsx';
import { SessionProvider } from './session/session.tsx';
import { SignInPage } from './session/sign-in-page.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { Shell } from './shell/shell.tsx';
import { PartBoundary } from './shell/upgrade-notice.tsx';
import { ToastProvider } from './ui/toasts.tsx';

const CamerasPage = lazy(() => import('./cameras/cameras-page.tsx'));
const CameraPage = lazy(() => import('./camera/camera-page.tsx'));
const LivePage = lazy(() => import('./live/grid/live-page.tsx'));
const SystemPage = lazy(() => import('./system/system-page.tsx'));
const WelcomePage = lazy(() => import('./welcome/welcome-page.tsx'));
const SettingsPage = lazy(() => import('./settings/settings-page.tsx'));

const RETRIES = 2;

/** Only what may pass by itself is tried again: no answer, or a server in trouble. */
const mayPass = (failures: number, thrown: Error): boolean =>
  failures < RETRIES &&
  (!(thrown instanceof ApiProblem) || thrown.status === 0 || thrown.status >= 500);

const client = new QueryClient({
  defaultOptions: {
    queries: { retry: mayPass, retryDelay: (attempt) => 500 * 2 ** attempt, networkMode: 'always' },
    // A call to our own machine is worth trying whatever the browser believes of the network.
    mutations: { networkMode: 'always' },
  },
});

export function App(props: { firstPassword?: string; ownEntry: string }) {
  return (
    <QueryClientProvider client={client}>
      <PreferencesProvider>
        <ToastProvider>
          <SessionProvider
            {...(props.firstPassword === undefined ? {} : { firstPassword: props.firstPassword })}
          >
            <Router base={basePath()}>
              <Route path="/sign-in" component={SignInPage} />
              <Route
                path="/welcome"
                component={() => (
                  <PartBoundary>
                    <WelcomePage />
                  </PartBoundary>
                )}
              />
              <Route
                path="/"
                component={(page: { children?: JSX.Element }) => (
                  <Shell ownEntry={props.ownEntry}>{page.children}</Shell>
                )}
              >
                <Route path="/" component={() => <Navigate href="/cameras" />} />
                <Route path="/live" component={LivePage} />
                <Route path="/cameras" component={CamerasPage} />
                <Route path="/cameras/:id" component={CameraPage} />
                <Route path="/system" component={SystemPage} />
                <Route path="/settings" component={SettingsPage} />
                <Route path="/account" component={() => <Navigate href="/settings" />} />
                <Route path="*" component={NotFoundPage} />
              </Route>
            </Router>
          </SessionProvider>
        </ToastProvider>
      </PreferencesProvider>
    </QueryClientProvider>
  );
}
