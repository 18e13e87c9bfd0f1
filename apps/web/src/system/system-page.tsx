import { useInfiniteQuery, useQuery } from '@tanstack/solid-query';
import { For, Match, Show, Switch } from 'solid-js';
import { alertsQuery, camerasQuery, channelsQuery, systemQuery } from '../api/queries.ts';
import { steadyProblem } from '../api/steady-problem.ts';
import type { ServiceHealth } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { ZoneMenu } from '../shell/zone-choice.tsx';
import type { Tone } from '../ui/notice.tsx';
import { Failed, Loading } from '../ui/page-states.tsx';
import { TechnicalDetail } from '../ui/technical-detail.tsx';
import { useTitle } from '../ui/title.ts';
import { serviceName } from './alert-words.ts';
import { AlertsSection } from './alerts-section.tsx';
import { CamerasSection } from './cameras-section.tsx';
import { ChannelsSection } from './channels-section.tsx';
import { StatusBadge } from './status-badge.tsx';
import { VolumesSection } from './volumes-section.tsx';
import './system.css';

const HEALTH_TONES: Readonly<Record<string, Tone>> = {
  ok: 'good',
  degraded: 'warn',
  failing: 'bad',
  unreachable: 'bad',
};

/** How the whole is: alerts, cameras, disks, parts of the system, and who is told. */
export default function SystemPage() {
  const { t } = usePreferences();
  const query = useQuery(systemQuery);
  const problem = steadyProblem(query);
  // Its sections stand one below the other: they come together, so that none moves another.
  const parts = [
    useInfiniteQuery(() => alertsQuery('open')),
    useQuery(camerasQuery),
    useQuery(channelsQuery),
  ];
  const arrived = (): boolean => parts.every((part) => !part.isPending || part.failureCount > 0);
  useTitle(() => t('health.title'));
  return (
    <>
      <div class="page-head">
        <h1>{t('health.title')}</h1>
        <ZoneMenu />
        <Show when={query.data}>
          {(system) => (
            <span class="muted small">{t('system.version', { version: system().version })}</span>
          )}
        </Show>
      </div>
      <Switch>
        <Match when={arrived() && query.data}>
          {(system) => (
            <>
              <AlertsSection />
              <CamerasSection />
              <VolumesSection volumes={system().volumes} />
              <section class="system-section">
                <h2>{t('health.services')}</h2>
                <ul class="panel services">
                  <For each={system().services}>
                    {(service) => <ServiceRow service={service} />}
                  </For>
                </ul>
              </section>
              <ChannelsSection />
            </>
          )}
        </Match>
        <Match when={problem()}>
          <Failed problem={problem()} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={true}>
          <Loading label={t('health.loading')} />
        </Match>
      </Switch>
    </>
  );
}

function ServiceRow(props: { service: ServiceHealth }) {
  const { t } = usePreferences();
  const status = () => props.service.status;
  const does = (): string => t.find(`service.${props.service.name}.does`) ?? '';
  return (
    <li class="service">
      <span class="service-name">{serviceName(t, props.service.name)}</span>
      <StatusBadge
        tone={HEALTH_TONES[status()] ?? 'bad'}
        text={t.find(`health.${status()}`) ?? status()}
      />
      <div class="muted small service-detail">
        {does()}
        <TechnicalDetail text={props.service.detail ?? ''} />
      </div>
    </li>
  );
}
