import { camerasAt } from '@vms/common/camera-place.ts';
import { Show } from 'solid-js';
import type { Camera } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Notice } from '../ui/notice.tsx';

/** Says before a camera is saved that others have its address already; two may be meant. */
export function SameAddress(props: { url: string; cameras: readonly Camera[]; own?: string }) {
  const { t } = usePreferences();
  const names = (): string[] =>
    camerasAt(props.url, props.cameras)
      .filter(({ id }) => id !== props.own)
      .map(({ name }) => name);
  const words = (): string => {
    const found = names();
    const listed = found.length === 1 ? found[0] : found.map((name) => `“${name}”`).join(', ');
    return t.counted('add.sameAddress', found.length, { names: listed ?? '' });
  };
  return (
    <Show when={names().length > 0}>
      <Notice tone="warn" live testId="same-address">
        <p>{words()}</p>
      </Notice>
    </Show>
  );
}
