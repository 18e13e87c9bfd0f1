import { Icon } from '../ui/icon.tsx';
import { TONE_ICONS, type Tone } from '../ui/notice.tsx';

/** The state of a disk or a part of the system: icon and words. */
export function StatusBadge(props: { tone: Tone; text: string }) {
  return (
    <span class="badge" data-tone={props.tone}>
      <Icon name={TONE_ICONS[props.tone]} size={14} />
      {props.text}
    </span>
  );
}
