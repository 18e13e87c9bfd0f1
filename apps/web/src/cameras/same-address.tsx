import { camerasAt } from '@vms/common/camera-place.ts';
import { Show } from 'solid-js';
import type { Camera } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Notice } from '../ui/notice.tsx';

/** Says before a camera is saved that others have its address already; two may be meant. */
export function SameAddress(props: { url: string; cameras: readonly Camera[]; own?: string }) {
  const { t } = usePreferences();
  const names = (): string =>
    camerasAt(props.url, props.cameras)
      .filter(({ id }) => id !== props.own)
      .map(({ name }) => name)
      .join(', ');
  return (
    <Show when={names()}>
      {(found) => (
        <Notice tone="warn" live testId="same-address">
          <p>{t('add.sameAddress', { names: found() })}</p>
        </Notice>
      )}
    </Show>
  );
}
