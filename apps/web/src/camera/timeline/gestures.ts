/** What hands and mouse do to a time line, in its own pixels. */
export interface GestureHandlers {
  /** Dragged by so many pixels; positive is to the right. */
  onPan(byPx: number): void;
  /** Shown stretch to become `factor` times as long around `x`. */
  onZoom(factor: number, x: number): void;
  onClick(x: number): void;
  /** True where a press at `x` takes hold of the playhead; its dragging is then told by `onScrub`. */
  grabs?(x: number): boolean;
  /** The playhead is dragged over `x`; letting it go is a click there. */
  onScrub?(x: number): void;
  /** The pointer hovers at `x`; undefined when it has left. */
  onHover(x: number | undefined): void;
}

/** A press that moves less than this is a click. */
const CLICK_SLOP_PX = 4;
const LINE_PX = 16;
/** Zoom of one pixel of wheel: a notch of 100 px makes about 16 %. */
const WHEEL_ZOOM = 0.0015;
const MAX_WHEEL_PX = 240;

interface Press {
  startX: number;
  x: number;
  moved: boolean;
  readonly scrubs: boolean;
}

/**
 * Turns wheel, mouse, pen and fingers into panning, zooming, clicking and hovering. One pointer drags,
 * two pinch. Returns what takes it all away again.
 */
export function attachGestures(element: Element, handlers: GestureHandlers): () => void {
  const presses = new Map<number, Press>();
  let pinched = false;

  const localX = (event: { clientX: number }): number =>
    event.clientX - element.getBoundingClientRect().left;

  const onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    const bounded = (delta: number): number =>
      Math.max(-MAX_WHEEL_PX, Math.min(MAX_WHEEL_PX, delta * unit));
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      handlers.onPan(-bounded(event.deltaX === 0 ? event.deltaY : event.deltaX));
    } else {
      // A pinch on a touch pad arrives as a wheel with Ctrl and small steps.
      const gain = event.ctrlKey ? WHEEL_ZOOM * 6 : WHEEL_ZOOM;
      handlers.onZoom(Math.exp(bounded(event.deltaY) * gain), localX(event));
    }
  };

  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    if (presses.size === 0) pinched = false;
    const x = localX(event);
    presses.set(event.pointerId, {
      startX: x,
      x,
      moved: false,
      scrubs: handlers.grabs?.(x) === true,
    });
    if (presses.size === 2) pinched = true;
  };

  const onMove = (event: PointerEvent): void => {
    const x = localX(event);
    const press = presses.get(event.pointerId);
    if (press === undefined) {
      handlers.onHover(event.pointerType === 'touch' ? undefined : x);
      return;
    }
    const other = [...presses].find(([id]) => id !== event.pointerId)?.[1];
    if (other !== undefined) {
      const before = Math.max(8, Math.abs(press.x - other.x));
      const after = Math.max(8, Math.abs(x - other.x));
      handlers.onZoom(before / after, (x + other.x) / 2);
      handlers.onPan((x - press.x) / 2);
      press.moved = true;
    } else {
      if (!press.moved && Math.abs(x - press.startX) >= CLICK_SLOP_PX) {
        press.moved = true;
        element.setPointerCapture(event.pointerId);
        handlers.onHover(undefined);
      }
      if (press.moved && press.scrubs) handlers.onScrub?.(x);
      else if (press.moved) handlers.onPan(x - press.x);
    }
    if (press.moved) press.x = x;
  };

  const onUp = (event: PointerEvent): void => {
    const press = presses.get(event.pointerId);
    presses.delete(event.pointerId);
    if (press === undefined || pinched) return;
    if (press.scrubs && press.moved) handlers.onHover(undefined);
    if (!press.moved || press.scrubs) handlers.onClick(localX(event));
  };

  const onCancel = (event: PointerEvent): void => {
    presses.delete(event.pointerId);
  };

  const onLeave = (event: PointerEvent): void => {
    handlers.onHover(undefined);
    if (!element.hasPointerCapture(event.pointerId)) presses.delete(event.pointerId);
  };

  const listeners: [string, (event: never) => void][] = [
    ['wheel', onWheel],
    ['pointerdown', onDown],
    ['pointermove', onMove],
    ['pointerup', onUp],
    ['pointercancel', onCancel],
    ['pointerleave', onLeave],
  ];
  for (const [name, listener] of listeners) {
    element.addEventListener(name, listener as EventListener, { passive: false });
  }
  return () => {
    for (const [name, listener] of listeners) {
      element.removeEventListener(name, listener as EventListener);
    }
  };
}
