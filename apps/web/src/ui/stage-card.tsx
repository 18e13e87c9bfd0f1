import { type JSX, Show } from 'solid-js';
import { Icon, type IconName } from './icon.tsx';
import './stage-card.css';

/** Words over a picture: why there is none, or that it is on its way. */
export function StageCard(props: {
  icon: IconName;
  title: string;
  /** What stands below the title in every size. */
  detail?: string | undefined;
  hint?: string | undefined;
  busy?: boolean;
  /** For small pictures: the hint becomes a tooltip. */
  compact?: boolean;
  testId?: string;
  children?: JSX.Element;
}) {
  return (
    <div
      class="stage-card"
      data-quiet={props.busy === true ? '' : undefined}
      data-compact={props.compact === true ? '' : undefined}
      data-testid={props.testId}
      title={props.compact === true ? props.hint : undefined}
    >
      <Icon
        name={props.icon}
        size={props.busy === true || props.compact === true ? 20 : 28}
        class={props.busy === true ? 'spinner' : ''}
      />
      <p class="stage-card-title">{props.title}</p>
      <Show when={props.detail}>
        <p class="numeric" data-testid="stage-detail">
          {props.detail}
        </p>
      </Show>
      <Show when={props.compact !== true && props.hint}>
        <p>{props.hint}</p>
      </Show>
      {props.children}
    </div>
  );
}
