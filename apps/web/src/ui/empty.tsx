import type { JSX } from 'solid-js';
import { Icon, type IconName } from './icon.tsx';

/** What stands where there is nothing to show: what that means, and what to do. */
export function Empty(props: {
  icon: IconName;
  title: string;
  hint?: string;
  children?: JSX.Element;
}) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={props.icon} size={24} />
      </span>
      <h2>{props.title}</h2>
      <p>{props.hint}</p>
      {props.children}
    </div>
  );
}
