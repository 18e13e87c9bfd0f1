import { isolate } from '@vms/common/bidi.ts';
import { createEffect, onCleanup } from 'solid-js';

const PRODUCT = 'VMS Enterprise';

/** Names the page in the browser's tab for as long as the caller lives. */
export function useTitle(title: () => string): void {
  createEffect(() => {
    document.title = `${isolate(title())} · ${PRODUCT}`;
  });
  onCleanup(() => {
    document.title = PRODUCT;
  });
}
