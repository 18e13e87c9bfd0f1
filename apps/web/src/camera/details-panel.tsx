import { For, Show } from 'solid-js';
import type { Camera } from '../api/types.ts';
import { filterOf, lookOf, rateText, stateText, trackText } from '../cameras/camera-state.ts';
import { StateWords } from '../cameras/state-badge.tsx';
import { usePreferences } from '../i18n/preferences.tsx';
import { Notice } from '../ui/notice.tsx';

/** What is known of a camera, and what its state means. */
export function DetailsPanel(props: { camera: Camera }) {
  const { t, format, formatIn, formatOf } = usePreferences();
  const status = () => props.camera.status;
  const tracks = (kind: 'video' | 'audio'): string => {
    const found = status().tracks.filter((track) => track.kind === kind);
    if (found.length > 0) return found.map((track) => trackText(track, t, format())).join(', ');
    return kind === 'audio' && status().tracks.length > 0 ? t('camera.none') : t('camera.unknown');
  };
  const kept = (): string => {
    const days = t.counted('camera.keptDays', props.camera.retentionDays);
    const most = props.camera.maxBytes ?? 0;
    return most > 0 ? `${days}, ${t('camera.keptMax', { size: format().bytes(most) })}` : days;
  };
  const ownZone = (): string => {
    const { timeZone } = props.camera;
    return (timeZone === undefined ? formatIn(undefined) : formatOf(timeZone)).zoneName(Date.now());
  };
  const rows = (): readonly (readonly [string, string, boolean?])[] => [
    [t('camera.address'), props.camera.url, true],
    ...((props.camera.subUrl ?? '') === ''
      ? []
      : [[t('camera.subAddress'), props.camera.subUrl ?? '', true] as const]),
    [t('camera.user'), props.camera.username === '' ? t('camera.none') : props.camera.username],
    [t('camera.video'), tracks('video')],
    [t('camera.audio'), tracks('audio')],
    [t('camera.rate'), rateText(status(), t, format()) ?? '–'],
    [t('camera.kept'), kept()],
    [t('camera.timeZone'), ownZone()],
    [t('camera.added'), format().dateTime(Date.parse(props.camera.createdAt))],
    [t('camera.id'), props.camera.id, true],
  ];
  return (
    <div class="details panel-body">
      <Show
        when={filterOf(status().state) === 'good' && status().state === 'online'}
        fallback={
          <Notice
            tone={lookOf(status().state).tone}
            icon={lookOf(status().state).icon}
            title={stateText(t, status().state, 'label')}
          >
            <StateWords status={status()} />
          </Notice>
        }
      >
        <p class="muted small">{stateText(t, 'online', 'meaning')}</p>
      </Show>
      <dl class="facts">
        <For each={rows()}>
          {([name, value, mono]) => (
            <div>
              <dt>{name}</dt>
              <dd class={mono === true ? 'mono' : ''}>{value}</dd>
            </div>
          )}
        </For>
      </dl>
    </div>
  );
}
