import { createEffect, onCleanup } from 'solid-js';
import { isolate } from '../i18n/bidi.ts';

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
