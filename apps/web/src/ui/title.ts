import { createEffect, onCleanup } from 'solid-js';

const PRODUCT = 'VMS Enterprise';

/** Names the page in the browser's tab for as long as the caller lives. */
export function useTitle(title: () => string): void {
  createEffect(() => {
    document.title = `${title()} · ${PRODUCT}`;
  });
  onCleanup(() => {
    document.title = PRODUCT;
  });
}
