import { A } from '@solidjs/router';
import { Show } from 'solid-js';
import type { Camera } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { duration } from '../time/format.ts';
import { Icon } from '../ui/icon.tsx';
import { Menu, MenuAction } from '../ui/menu.tsx';
import { lookOf, rateText, trackText } from './camera-state.ts';
import { LastDayStrip } from './last-day-strip.tsx';
import { StateBadge, StateWords } from './state-badge.tsx';

export interface CameraActions {
  edit(camera: Camera): void;
  remove(camera: Camera): void;
}

export function CameraCard(props: { camera: Camera; now: number; actions: CameraActions }) {
  const { t, format, formatIn, momentIn } = usePreferences();
  const status = () => props.camera.status;
  const since = (): number | undefined =>
    status().since === null ? undefined : new Date(status().since ?? 0).getTime();
  const track = (kind: string): string | undefined => {
    const found = status().tracks.find((candidate) => candidate.kind === kind);
    return found === undefined ? undefined : trackText(found, t, format());
  };
  return (
    <li
      class="camera-card panel"
      data-testid="camera-card"
      data-camera-id={props.camera.id}
      data-state={status().state}
    >
      <div class="camera-card-head">
        <div class="camera-card-name">
          <h2 class="truncate">
            <A href={`/cameras/${props.camera.id}`} title={props.camera.name} dir="auto">
              {props.camera.name}
            </A>
          </h2>
          <Show when={props.camera.demo}>
            <span class="tag">{t('cameras.demo')}</span>
          </Show>
        </div>
        <Menu
          label={t('cameras.actions', { name: props.camera.name })}
          triggerClass="camera-card-menu"
          testId="camera-menu"
          trigger={<Icon name="more" size={18} />}
        >
          <MenuAction
            icon="edit"
            label={t('action.edit')}
            testId="edit-camera"
            onSelect={() => props.actions.edit(props.camera)}
          />
          <MenuAction
            icon="trash"
            label={t('action.delete')}
            danger
            testId="delete-camera"
            onSelect={() => props.actions.remove(props.camera)}
          />
        </Menu>
      </div>
      <div class="camera-card-state" aria-live="polite">
        <StateBadge state={status().state} />
        <Show when={since()}>
          {(at) => (
            <span
              class="muted small nowrap numeric"
              title={formatIn(props.camera.timeZone).zoneName(at())}
            >
              {t('cameras.since', { time: momentIn(props.camera.timeZone, at(), props.now) })}
              {' · '}
              {duration(props.now - at())}
            </span>
          )}
        </Show>
      </div>
      <Show
        when={status().state === 'online'}
        fallback={
          <div class="camera-card-words small" data-tone={lookOf(status().state).tone}>
            <StateWords status={status()} short />
          </div>
        }
      >
        <dl class="camera-card-facts small">
          <div>
            <dt class="visually-hidden">{t('camera.video')}</dt>
            <dd>
              {track('video') ?? t('camera.unknown')}
              <Show when={rateText(status(), t, format())}>
                {(rate) => <span class="muted"> · {rate()}</span>}
              </Show>
            </dd>
          </div>
          <div class="muted">
            <dt class="visually-hidden">{t('camera.audio')}</dt>
            <dd>{track('audio') ?? t('cameras.noAudio')}</dd>
          </div>
        </dl>
      </Show>
      <LastDayStrip cameraId={props.camera.id} />
    </li>
  );
}
