import { type Accessor, createSignal, onCleanup } from 'solid-js';

/** Now, moving on every `everyMs` milliseconds for as long as the caller lives. */
export function useNow(everyMs = 1000): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  const timer = window.setInterval(() => setNow(Date.now()), everyMs);
  onCleanup(() => window.clearInterval(timer));
  return now;
}
