import { type Accessor, createSignal, onCleanup, onMount } from 'solid-js';
import './full-screen.css';

/** Milliseconds without a move of a hand after which controls over a full screen go away. */
const IDLE_MS = 3000;

/** Who wants to fill the screen: the last one does. Whoever it took the screen from gets it back. */
const [wanting, setWanting] = createSignal<readonly object[]>([]);
const filling = (): object | undefined => wanting().at(-1);
/** We asked the browser to leave full screen, and it has not yet said that it did. */
let leaving = false;

function request(): void {
  if (document.fullscreenElement != null) return;
  document.documentElement.requestFullscreen?.({ navigationUI: 'hide' }).catch(() => {});
}

function exit(): void {
  if (document.fullscreenElement == null || leaving) return;
  leaving = true;
  document.exitFullscreen().catch(() => {
    leaving = false;
  });
}

/** The browser follows some time after it was asked, and what is wanted may be another thing by then. */
function onChange(): void {
  if (document.fullscreenElement != null) {
    if (filling() === undefined) exit();
  } else if (leaving) {
    leaving = false;
    if (filling() !== undefined) request();
  } else {
    // The browser was told to leave: nothing fills the screen any more.
    setWanting([]);
    delete document.documentElement.dataset.full;
  }
}

export interface FullScreen {
  readonly on: Accessor<boolean>;
  /** On, and no hand has moved for a while: what lies over the picture goes away. */
  readonly idle: Accessor<boolean>;
  toggle(): void;
  /**
   * Whether a tap on the picture was meant to bring the controls back, and nothing else: a finger
   * cannot hover.
   */
  tapWakes(): boolean;
}

/**
 * Lets an element fill the screen: whoever owns it marks it with `data-full` while `on()`.
 *
 * The document goes into full screen, not the element: dialogs, menus and passing words would stay below
 * it. Where a browser has no full screen (Safari on telephones) or refuses it, the element fills the window.
 */
export function createFullScreen(): FullScreen {
  const self = {};
  const on = (): boolean => filling() === self;
  const [idle, setIdle] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let woke = false;

  const wake = (): void => {
    setIdle(false);
    clearTimeout(timer);
    if (on()) timer = setTimeout(() => setIdle(true), IDLE_MS);
  };
  const enter = (): void => {
    setWanting((all) => [...all.filter((other) => other !== self), self]);
    document.documentElement.dataset.full = '';
    wake();
    // One that is on its way out is asked for again when it is.
    if (!leaving) request();
  };
  const leave = (): void => {
    if (!wanting().includes(self)) return;
    setWanting((all) => all.filter((other) => other !== self));
    clearTimeout(timer);
    if (filling() !== undefined) return;
    delete document.documentElement.dataset.full;
    exit();
  };

  onMount(() => {
    // The same one each time, which the document keeps once.
    document.addEventListener('fullscreenchange', onChange);
    const onKeyDown = (event: KeyboardEvent): void => {
      woke = false;
      wake();
      // A dialog or a menu that is open takes Escape for itself.
      const taken = document.querySelector('[role="dialog"],[role="menu"]') !== null;
      if (event.key !== 'Escape' || event.defaultPrevented || taken || !on()) return;
      event.preventDefault();
      leave();
    };
    const onPress = (event: PointerEvent): void => {
      woke = event.pointerType === 'touch' && idle();
      wake();
    };
    const offs = [
      listen(document, 'keydown', onKeyDown),
      listen(document, 'pointermove', wake),
      // Before it reaches what lies below.
      listen(document, 'pointerdown', onPress, true),
    ];
    onCleanup(() => {
      for (const off of offs) off();
      leave();
      clearTimeout(timer);
    });
  });

  return {
    on,
    idle: () => on() && idle(),
    toggle: () => (on() ? leave() : enter()),
    tapWakes: () => on() && woke,
  };
}

function listen<Kind extends keyof DocumentEventMap>(
  target: Document,
  kind: Kind,
  listener: (event: DocumentEventMap[Kind]) => void,
  capture = false,
): () => void {
  target.addEventListener(kind, listener, capture);
  return () => target.removeEventListener(kind, listener, capture);
}
