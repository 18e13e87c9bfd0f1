import { useQuery } from '@tanstack/solid-query';
import { For, Match, Show, Switch } from 'solid-js';
import { systemQuery } from '../api/queries.ts';
import { steadyProblem } from '../api/steady-problem.ts';
import type { Alarm, ServiceHealth, Volume } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { duration } from '../time/format.ts';
import { useNow } from '../time/now.ts';
import { Icon } from '../ui/icon.tsx';
import { Notice, TONE_ICONS, type Tone } from '../ui/notice.tsx';
import { Failed, Loading } from '../ui/page-states.tsx';
import { useTitle } from '../ui/title.ts';
import './system.css';

const VOLUME_TONES: Readonly<Record<string, Tone>> = {
  recording: 'good',
  full: 'warn',
  missing: 'bad',
  hung: 'bad',
};

const HEALTH_TONES: Readonly<Record<string, Tone>> = {
  ok: 'good',
  degraded: 'warn',
  failing: 'bad',
  unreachable: 'bad',
};

/** How the machine is: alarms, volumes, services. */
export default function SystemPage() {
  const { t } = usePreferences();
  const query = useQuery(systemQuery);
  const problem = steadyProblem(query);
  useTitle(() => t('system.title'));
  return (
    <>
      <div class="page-head">
        <h1>{t('system.title')}</h1>
        <Show when={query.data}>
          {(system) => (
            <span class="muted small">{t('system.version', { version: system().version })}</span>
          )}
        </Show>
      </div>
      <Switch>
        <Match when={query.data}>
          {(system) => (
            <>
              <section class="system-section">
                <h2>{t('system.alarms')}</h2>
                <Show
                  when={system().alarms.length > 0}
                  fallback={
                    <Notice tone="good" title={t('system.noAlarms')}>
                      <p>{t('system.noAlarmsHint')}</p>
                    </Notice>
                  }
                >
                  <For each={system().alarms}>{(alarm) => <AlarmNotice alarm={alarm} />}</For>
                </Show>
              </section>
              <section class="system-section">
                <h2>{t('system.volumes')}</h2>
                <div class="system-grid">
                  <For each={system().volumes}>{(volume) => <VolumeCard volume={volume} />}</For>
                </div>
              </section>
              <section class="system-section">
                <h2>{t('system.services')}</h2>
                <ul class="panel services">
                  <For each={system().services}>
                    {(service) => <ServiceRow service={service} />}
                  </For>
                </ul>
              </section>
            </>
          )}
        </Match>
        <Match when={problem()}>
          <Failed problem={problem()} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={true}>
          <Loading label={t('system.loading')} />
        </Match>
      </Switch>
    </>
  );
}

function AlarmNotice(props: { alarm: Alarm }) {
  const { t, format } = usePreferences();
  const now = useNow();
  const ours = (): string | undefined =>
    t.find(`alarm.${props.alarm.code}`, { subject: props.alarm.subject });
  return (
    <Notice
      tone={props.alarm.severity === 'warning' ? 'warn' : 'bad'}
      icon="alarm"
      title={ours() ?? props.alarm.detail}
    >
      <Show when={ours() !== undefined && props.alarm.detail !== ''}>
        <p>{props.alarm.detail}</p>
      </Show>
      <p class="muted">
        {t('system.since', { time: format().moment(Date.parse(props.alarm.since), now()) })}
      </p>
    </Notice>
  );
}

function StatusBadge(props: { tone: Tone; text: string }) {
  return (
    <span class="badge" data-tone={props.tone}>
      <Icon name={TONE_ICONS[props.tone]} size={14} />
      {props.text}
    </span>
  );
}

function VolumeCard(props: { volume: Volume }) {
  const { t, format } = usePreferences();
  const tone = (): Tone => VOLUME_TONES[props.volume.state] ?? 'bad';
  const share = (bytes: number): number =>
    props.volume.totalBytes > 0 ? (bytes / props.volume.totalBytes) * 100 : 0;
  const used = (): number => props.volume.totalBytes - props.volume.freeBytes;
  const other = (): number => Math.max(0, used() - props.volume.recordedBytes);
  return (
    <article class="panel volume">
      <div class="volume-head">
        <Icon name="disk" size={20} />
        <h3 class="truncate">{props.volume.id}</h3>
        <StatusBadge
          tone={tone()}
          text={t.find(`volume.${props.volume.state}`) ?? props.volume.state}
        />
      </div>
      <p class="mono muted small volume-path">{props.volume.path}</p>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" class="volume-bar" role="img">
        <title>{t('system.usage', { percent: format().number(share(used())) })}</title>
        <rect class="volume-ground" width="100" height="8" />
        <rect class="volume-recorded" width={share(props.volume.recordedBytes)} height="8" />
        <rect
          class="volume-other"
          x={share(props.volume.recordedBytes)}
          width={share(other())}
          height="8"
        />
      </svg>
      <p class="small">
        {t('system.free', {
          free: format().bytes(props.volume.freeBytes),
          total: format().bytes(props.volume.totalBytes),
        })}
      </p>
      <p class="small muted volume-legend">
        <span class="key key-recorded" aria-hidden="true" />
        {t('system.recorded', { size: format().bytes(props.volume.recordedBytes) })}
        <span class="key key-other" aria-hidden="true" />
        {t('system.otherData', { size: format().bytes(other()) })}
      </p>
      <Show when={props.volume.state === 'recording'}>
        <p class="small muted">
          {t('system.acknowledged', { time: ageText(props.volume.acknowledgementAgeMs) })}
        </p>
      </Show>
      <Show when={props.volume.state !== 'recording' && props.volume.detail !== ''}>
        <p class="small">{props.volume.detail}</p>
      </Show>
    </article>
  );
}

function ageText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : duration(ms);
}

function ServiceRow(props: { service: ServiceHealth }) {
  const { t } = usePreferences();
  const status = () => props.service.status;
  return (
    <li class="service">
      <span class="service-name">{props.service.name}</span>
      <StatusBadge
        tone={HEALTH_TONES[status()] ?? 'bad'}
        text={t.find(`health.${status()}`) ?? status()}
      />
      <Show when={props.service.detail}>
        <span class="muted small service-detail">{props.service.detail}</span>
      </Show>
    </li>
  );
}
