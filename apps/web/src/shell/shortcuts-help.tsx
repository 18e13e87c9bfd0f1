import {
  createContext,
  createSignal,
  For,
  type JSX,
  onCleanup,
  onMount,
  Show,
  useContext,
} from 'solid-js';
import type { Key } from '../i18n/dictionary.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { isTyping } from './typing.ts';
import './shortcuts-help.css';

interface Group {
  readonly title: Key;
  readonly keys: readonly (readonly [keys: readonly string[], what: Key])[];
}

/** Every key that the pages know; what reads them stands in the pages. */
const GROUPS: readonly Group[] = [
  {
    title: 'shortcuts.everywhere',
    keys: [
      [['?'], 'shortcuts.help'],
      [['Tab'], 'shortcuts.tab'],
      [['Esc'], 'shortcuts.escape'],
    ],
  },
  {
    title: 'nav.live',
    keys: [
      [['←', '→', '↑', '↓'], 'shortcuts.tiles'],
      [['Enter'], 'shortcuts.open'],
      [['PgUp', 'PgDn'], 'shortcuts.pages'],
      [['F'], 'player.fullscreen'],
    ],
  },
  {
    title: 'shortcuts.player',
    keys: [
      [[' '], 'shortcuts.playPause'],
      [['F'], 'player.fullscreen'],
    ],
  },
  {
    title: 'shortcuts.timeline',
    keys: [
      [['←', '→'], 'shortcuts.step'],
      [['Shift', '←', '→'], 'shortcuts.tenSteps'],
      [['+', '−'], 'shortcuts.zoom'],
      [['PgUp', 'PgDn'], 'shortcuts.pan'],
      [['Home', 'End'], 'shortcuts.ends'],
      [['Enter'], 'shortcuts.play'],
    ],
  },
];

const Context = createContext<() => void>();

/** Opens the list of keys by `?`, and for whoever asks. */
export function ShortcutsHelp(props: { children: JSX.Element }) {
  const { t } = usePreferences();
  const [open, setOpen] = createSignal(false);
  onMount(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('[role="dialog"]') !== null) return;
      event.preventDefault();
      setOpen(true);
    };
    document.addEventListener('keydown', onKeyDown);
    onCleanup(() => document.removeEventListener('keydown', onKeyDown));
  });
  return (
    <Context.Provider value={() => setOpen(true)}>
      {props.children}
      <Show when={open()}>
        <Dialog
          open
          narrow
          onClose={() => setOpen(false)}
          title={t('shortcuts.title')}
          testId="shortcuts"
        >
          <div class="dialog-body">
            <For each={GROUPS}>
              {(group) => (
                <section class="shortcuts">
                  <h3>{t(group.title)}</h3>
                  <dl>
                    <For each={group.keys}>
                      {([keys, what]) => (
                        <div>
                          <dt>
                            <For each={keys}>
                              {(key) => <kbd>{key === ' ' ? t('shortcuts.space') : key}</kbd>}
                            </For>
                          </dt>
                          <dd>{t(what)}</dd>
                        </div>
                      )}
                    </For>
                  </dl>
                </section>
              )}
            </For>
          </div>
        </Dialog>
      </Show>
    </Context.Provider>
  );
}

export function useShortcutsHelp(): () => void {
  const show = useContext(Context);
  if (show === undefined) throw new Error('useShortcutsHelp needs a ShortcutsHelp above it');
  return show;
}
