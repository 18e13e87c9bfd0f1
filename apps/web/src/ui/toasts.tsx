import { createContext, createSignal, For, type JSX, onCleanup, useContext } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import { TONE_ICONS, type Tone } from './notice.tsx';

const SHOWN_MS = 6000;
/** Older ones leave when more would stand on the screen. */
const MAX_TOASTS = 3;

interface Toast {
  readonly id: number;
  readonly tone: Tone;
  readonly text: string;
}

type Say = (text: string, tone?: Tone) => void;

const Context = createContext<Say>();

/** Short words about what was just done. What matters longer is a Notice. */
export function ToastProvider(props: { children: JSX.Element }) {
  const { t } = usePreferences();
  const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
  const timers = new Set<number>();
  let nextId = 1;
  const remove = (id: number): void => {
    setToasts((all) => all.filter((toast) => toast.id !== id));
  };
  const say: Say = (text, tone = 'good') => {
    const id = nextId++;
    setToasts((all) => [...all, { id, tone, text }].slice(-MAX_TOASTS));
    const timer = window.setTimeout(() => {
      timers.delete(timer);
      remove(id);
    }, SHOWN_MS);
    timers.add(timer);
  };
  onCleanup(() => {
    for (const timer of timers) window.clearTimeout(timer);
  });
  return (
    <Context.Provider value={say}>
      {props.children}
      <section class="toasts" aria-live="polite">
        <For each={toasts()}>
          {(toast) => (
            <div class="toast" data-tone={toast.tone} data-testid="toast">
              <Icon name={TONE_ICONS[toast.tone]} />
              <span>{toast.text}</span>
              <IconButton
                icon="close"
                size="small"
                iconSize={14}
                label={t('action.close')}
                onClick={() => remove(toast.id)}
              />
            </div>
          )}
        </For>
      </section>
    </Context.Provider>
  );
}

export function useToasts(): Say {
  const say = useContext(Context);
  if (say === undefined) throw new Error('useToasts needs a ToastProvider above it');
  return say;
}
