import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Findings of these impacts fail a page. */
const GRAVE = ['serious', 'critical'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** Frames within which a page has to follow a change of the window. */
const RESIZE_FRAMES = 30;
/** Presses of Tab beyond the number of controls, before the walk is given up: a date field takes seven. */
const SPARE_PRESSES = 24;

export interface ErrorWatch {
  /** What was noted, without the answers that belong to the state. */
  unexpected(statuses: readonly number[]): string[];
  forget(): void;
}

/** Notes errors, failed requests and answers of 400 and more. */
export function watchErrors(page: Page): ErrorWatch {
  const found: { text: string; status?: number }[] = [];
  page.on('pageerror', (error) => found.push({ text: String(error.stack) }));
  page.on('console', (message) => {
    // The browser's own line for an answer of 400 and more, which is noted below.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load')) return;
    found.push({ text: message.text() });
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A query that is no longer wanted is broken off by the page itself.
    if (why !== 'net::ERR_ABORTED') found.push({ text: `${request.url()}: ${why}` });
  });
  page.on('response', (response) => {
    const status = response.status();
    if (status >= 400) found.push({ text: `${response.url()}: ${status}`, status });
  });
  return {
    unexpected: (statuses) =>
      found
        .filter(({ status }) => status === undefined || !statuses.includes(status))
        .map(({ text }) => text),
    forget: () => {
      found.length = 0;
    },
  };
}

/**
 * Milliseconds for which what moves is a person's doing. The browser says 500 (hadRecentInput), which the
 * answer to a form takes on a machine that is busy with others.
 */
const INPUT_MS = 3000;

/** Notes from the first moment how much of the page moved without a person's doing. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript((inputMs) => {
    const shifts = { score: 0, moved: [] as string[] };
    Object.assign(window, { shifts });
    let inputAt = Number.NEGATIVE_INFINITY;
    for (const kind of ['pointerdown', 'keydown', 'input']) {
      addEventListener(
        kind,
        ({ timeStamp }) => {
          inputAt = timeStamp;
        },
        { capture: true },
      );
    }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift = entry as PerformanceEntry & {
          value: number;
          hadRecentInput: boolean;
          sources?: { node: Node | null }[];
        };
        if (shift.hadRecentInput || shift.startTime - inputAt < inputMs) continue;
        shifts.score += shift.value;
        for (const { node } of shift.sources ?? []) {
          const element = node instanceof Element ? node : node?.parentElement;
          shifts.moved.push(element?.outerHTML.slice(0, 80) ?? '');
        }
      }
    }).observe({ type: 'layout-shift', buffered: true });
  }, INPUT_MS);
}

/** Share of the window that moved (https://web.dev/articles/cls), and what did. */
export function shiftsOf(page: Page): Promise<{ score: number; moved: string[] }> {
  return page.evaluate(
    () => (window as unknown as { shifts: { score: number; moved: string[] } }).shifts,
  );
}

/** Waits until what was to move has moved and is drawn; what moves for ever is left out. */
export async function comeToRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  });
}

/** Pixels by which the page is wider than the window, and what sticks out. */
export function overflowOf(page: Page): Promise<string[]> {
  return page.evaluate(async (frames) => {
    const { documentElement } = document;
    // What measures itself follows a window that changed a frame or two later.
    for (let frame = 0; frame < frames; frame++) {
      if (documentElement.scrollWidth <= documentElement.clientWidth) return [];
      await new Promise(requestAnimationFrame);
    }
    const { clientWidth, scrollWidth } = documentElement;
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
      .map((element) => `${scrollWidth - clientWidth} px: ${element.outerHTML.slice(0, 100)}`)
      .slice(0, 3);
  }, RESIZE_FRAMES);
}

/** Serious and critical findings of axe: of every rule, or of colours alone where only those differ. */
export async function graveFindings(page: Page, colours: boolean): Promise<string[]> {
  // By the debugger, since the policy of the page lets no script of others in.
  await page.evaluate(axe.source);
  const results = await page.evaluate(
    (runOnly) =>
      (window as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly,
        resultTypes: ['violations'],
      }),
    colours
      ? { type: 'rule' as const, values: ['color-contrast'] }
      : { type: 'tag' as const, values: RULES },
  );
  return (results as AxeResults).violations
    .filter(({ impact }) => GRAVE.includes(impact ?? ''))
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 140)}`));
}

/** Walks through the page with Tab: controls that are not reached, and those without a visible focus. */
export async function keyboardFindings(page: Page): Promise<string[]> {
  let left = await page.evaluate(prepareWalk);
  const most = left + SPARE_PRESSES;
  for (let presses = 0; presses < most && left > 0; ) {
    // At least as many as are needed: the page records where each press led.
    const batch = Math.min(left, most - presses);
    for (let press = 0; press < batch; press++) await page.keyboard.press('Tab');
    presses += batch;
    left = await page.evaluate(() => (window as unknown as { walk: Walk }).walk.step());
  }
  const { missed, unseen } = await page.evaluate(() =>
    (window as unknown as { walk: Walk }).walk.end(),
  );
  return [
    ...unseen.map((html) => `no visible focus: ${html}`),
    ...missed.map((html) => `not reached by Tab: ${html}`),
  ];
}

/** What the page notes of the walk. */
interface Walk {
  /** Notes what has the focus; gives how many controls are left. */
  step(): number;
  end(): { readonly missed: string[]; readonly unseen: string[] };
}

/** Runs in the page. Gives the number of controls that Tab has to reach. */
function prepareWalk(): number {
  const dialog = document.querySelector('[role=dialog], [role=alertdialog]');
  const controls = [
    ...(dialog ?? document).querySelectorAll<HTMLElement>(
      'a[href], button, input, select, textarea, summary, video[controls], [role=slider], [role=button], [role=tab], [tabindex]',
    ),
  ].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true }) &&
      !element.matches(':disabled, [type=file], [tabindex="-1"], [data-focus-trap]') &&
      element.closest('[inert], [aria-hidden=true]') === null,
  );
  // Of radio buttons with one name, and of tabs, the arrow keys reach the others.
  const radios = new Set<string>();
  const wanted = new Set(
    controls.filter((element) => {
      if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
      const first = !radios.has(element.name);
      radios.add(element.name);
      return first;
    }),
  );
  const describe = (element: Element): string =>
    element.outerHTML.replace(/\s+/g, ' ').slice(0, 140);
  const shown = (element: Element | null): boolean =>
    element !== null &&
    [null, '::after'].some((part) => {
      const { boxShadow, outlineStyle, outlineWidth } = getComputedStyle(element, part);
      return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
    });
  (document.activeElement as HTMLElement | null)?.blur();
  const unseen = new Set<string>();
  const walk: Walk = {
    step(): number {
      const focused = document.activeElement as HTMLElement | null;
      if (focused === null || focused === document.body) return wanted.size;
      wanted.delete(focused);
      if (focused instanceof HTMLInputElement && focused.type === 'radio') {
        for (const other of wanted) {
          if (other instanceof HTMLInputElement && other.name === focused.name)
            wanted.delete(other);
        }
      }
      const seen =
        shown(focused) || shown(focused.parentElement) || shown(focused.nextElementSibling);
      if (!seen) unseen.add(describe(focused));
      return wanted.size;
    },
    end() {
      removeEventListener('keydown', walk.step, { capture: true });
      return { missed: [...wanted].map(describe), unseen: [...unseen] };
    },
  };
  // Each press begins where the one before it led: by then the focus is drawn.
  addEventListener('keydown', walk.step, { capture: true });
  Object.assign(window, { walk });
  return wanted.size;
}
