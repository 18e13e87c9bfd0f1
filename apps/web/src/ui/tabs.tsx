import { For } from 'solid-js';

/** How far a key goes along the row; first and last are neighbours. */
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/**
 * The tabs above a panel, of which one is shown (WAI-ARIA Authoring Practices, “Tabs” with automatic
 * activation): Tab leads to the chosen one, arrow keys, Home and End choose another.
 */
export function Tabs<Value extends string>(props: {
  tabs: readonly { readonly value: Value; readonly label: string }[];
  value: Value;
  onChange: (value: Value) => void;
  /** Of the panel; that names its tab by `tab-` and the value. */
  panelId: string;
}) {
  let list: HTMLDivElement | undefined;
  const onKeyDown = (event: KeyboardEvent): void => {
    const { length } = props.tabs;
    const at = props.tabs.findIndex(({ value }) => value === props.value);
    const step = STEPS[event.key];
    const next =
      event.key === 'Home'
        ? 0
        : event.key === 'End'
          ? length - 1
          : step === undefined
            ? undefined
            : (at + step + length) % length;
    const tab = next === undefined ? undefined : props.tabs[next];
    if (tab === undefined) return;
    event.preventDefault();
    props.onChange(tab.value);
    list?.querySelector<HTMLElement>(`#tab-${tab.value}`)?.focus();
  };
  return (
    <div ref={list} class="panel-head tabs" role="tablist" onKeyDown={onKeyDown}>
      <For each={props.tabs}>
        {({ value, label }) => (
          <button
            type="button"
            role="tab"
            class="tab"
            id={`tab-${value}`}
            aria-selected={props.value === value}
            aria-controls={props.panelId}
            tabIndex={props.value === value ? 0 : -1}
            onClick={() => props.onChange(value)}
          >
            {label}
          </button>
        )}
      </For>
    </div>
  );
}
