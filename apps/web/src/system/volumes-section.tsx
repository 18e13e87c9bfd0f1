import { useQuery } from '@tanstack/solid-query';
import { For, Show } from 'solid-js';
import { camerasQuery } from '../api/queries.ts';
import type { Volume } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { duration } from '../time/format.ts';
import { Icon } from '../ui/icon.tsx';
import type { Tone } from '../ui/notice.tsx';
import { TechnicalDetail } from '../ui/technical-detail.tsx';
import { forecastOf } from './forecast.ts';
import { useRoomWords } from './room-words.ts';
import { StatusBadge } from './status-badge.tsx';

const VOLUME_TONES: Readonly<Record<string, Tone>> = {
  recording: 'good',
  full: 'warn',
  missing: 'bad',
  hung: 'bad',
  failing: 'bad',
};

/** Every disk, and for how long there is room. */
export function VolumesSection(props: { volumes: readonly Volume[] }) {
  const { t } = usePreferences();
  const cameras = useQuery(camerasQuery);
  const forecast = () => forecastOf(cameras.data ?? [], props.volumes);
  const words = useRoomWords();
  return (
    <section class="system-section">
      <h2>{t('health.volumes')}</h2>
      <Show when={forecast()}>
        {(known) => (
          <p data-testid="forecast" data-short={known().isShort ? '' : undefined}>
            <strong>{words.title(known())}</strong> <span class="muted">{words.rate(known())}</span>
          </p>
        )}
      </Show>
      <Show
        when={props.volumes.length > 0}
        fallback={<p class="muted">{t('health.volumesNone')}</p>}
      >
        <div class="system-grid">
          <For each={props.volumes}>{(volume) => <VolumeCard volume={volume} />}</For>
        </div>
      </Show>
    </section>
  );
}
function VolumeCard(props: { volume: Volume }) {
  const { t, format } = usePreferences();
  const words = useRoomWords();
  const tone = (): Tone => VOLUME_TONES[props.volume.state] ?? 'bad';
  const share = (bytes: number): number =>
    props.volume.totalBytes > 0 ? (bytes / props.volume.totalBytes) * 100 : 0;
  const used = (): number => props.volume.totalBytes - props.volume.freeBytes;
  const other = (): number => Math.max(0, used() - props.volume.recordedBytes);
  return (
    <article class="panel volume" data-testid="volume">
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
      <Show when={props.volume.forecast}>
        {(known) => (
          <p class="small" data-testid="volume-keeps">
            {t('health.keeps', {
              days: words.about(known().keptDays),
              promised: words.days(known().askedDays),
            })}
          </p>
        )}
      </Show>
      <Show when={props.volume.state === 'recording'}>
        <p class="small muted">
          {t('system.acknowledged', { time: ageText(props.volume.acknowledgementAgeMs) })}
        </p>
      </Show>
      <Show when={props.volume.state !== 'recording'}>
        <p class="small">{t.find(`alert.volume.${props.volume.state}.do`)}</p>
        <TechnicalDetail text={props.volume.detail} />
      </Show>
    </article>
  );
}

function ageText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : duration(ms);
}
