import { type Accessor, createEffect, createSignal, onCleanup, onMount, untrack } from 'solid-js';

/** A page that is hidden for less than this goes on watching. */
const HIDDEN_GRACE_MS = 2000;

let leaving = false;
window.addEventListener('pagehide', () => {
  leaving = true;
});
window.addEventListener('pageshow', () => {
  leaving = false;
});

/** True from the moment at which the page goes away. */
export function isPageLeaving(): boolean {
  return leaving;
}

/** True while the page is on the screen; also false at once where the page is left for good. */
export function usePageShown(): Accessor<boolean> {
  const [shown, setShown] = createSignal(!document.hidden);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onChange = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => setShown(false), HIDDEN_GRACE_MS);
    else setShown(true);
  };
  const onHide = (): void => {
    setShown(false);
  };
  document.addEventListener('visibilitychange', onChange);
  window.addEventListener('pagehide', onHide);
  window.addEventListener('pageshow', onChange);
  onCleanup(() => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onChange);
    window.removeEventListener('pagehide', onHide);
    window.removeEventListener('pageshow', onChange);
  });
  return shown;
}

/** True while a part of the element is inside the window. */
export function useOnScreen(element: () => Element | undefined): Accessor<boolean> {
  const [onScreen, setOnScreen] = createSignal(false);
  onMount(() => {
    const target = element();
    if (target === undefined) return;
    const observer = new IntersectionObserver(
      (entries) => setOnScreen(entries.at(-1)?.isIntersecting === true),
      { rootMargin: '120px' },
    );
    observer.observe(target);
    onCleanup(() => observer.disconnect());
  });
  return onScreen;
}

/** Starts and stops with a condition, and stops with the owner. */
export function runWhile(wanted: () => boolean, subject: { start(): void; stop(): void }): void {
  createEffect(() => {
    const start = wanted();
    untrack(() => (start ? subject.start() : subject.stop()));
  });
  onCleanup(() => subject.stop());
}
