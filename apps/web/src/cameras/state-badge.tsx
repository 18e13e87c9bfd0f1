import { Show } from 'solid-js';
import type { CameraStatusView, ShownState } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Icon } from '../ui/icon.tsx';
import { TechnicalDetail } from '../ui/technical-detail.tsx';
import { lookOf, stateText } from './camera-state.ts';

export function StateBadge(props: { state: ShownState }) {
  const { t } = usePreferences();
  return (
    <span
      class="badge"
      data-tone={lookOf(props.state).tone}
      data-state={props.state}
      data-testid="camera-state"
    >
      <Icon
        name={lookOf(props.state).icon}
        size={14}
        class={props.state === 'connecting' ? 'spinner' : ''}
      />
      {stateText(t, props.state, 'label')}
    </span>
  );
}

/** What a state means and what to do about it, with the camera's own words folded away. */
export function StateWords(props: { status: CameraStatusView; short?: boolean }) {
  const { t } = usePreferences();
  return (
    <>
      <p>{stateText(t, props.status.state, 'meaning')}</p>
      <Show when={props.status.state !== 'online'}>
        <p class="muted">{stateText(t, props.status.state, 'remedy')}</p>
      </Show>
      <Show when={props.short !== true}>
        <TechnicalDetail text={props.status.detail} open={props.status.state === 'error'} />
      </Show>
    </>
  );
}
