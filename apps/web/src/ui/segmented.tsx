import { For, type JSX, Show } from 'solid-js';
import { Icon, type IconName } from './icon.tsx';

export interface Segment<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** Stands for the label, which is then the accessible name. */
  readonly iconOnly?: IconName;
  readonly after?: JSX.Element;
}

/** A row of choices of which one holds. */
export function Segmented<Value extends string>(props: {
  label: string;
  value: Value | undefined;
  options: readonly Segment<Value>[];
  onChange: (value: Value) => void;
  testId?: string;
}) {
  return (
    <fieldset class="segmented" data-testid={props.testId}>
      <legend class="visually-hidden">{props.label}</legend>
      <For each={props.options}>
        {(option) => (
          <button
            type="button"
            class="segment"
            aria-pressed={props.value === option.value}
            aria-label={option.iconOnly === undefined ? undefined : option.label}
            title={option.iconOnly === undefined ? undefined : option.label}
            data-value={option.value}
            onClick={() => props.onChange(option.value)}
          >
            <Show when={option.iconOnly} fallback={option.label}>
              {(name) => <Icon name={name()} />}
            </Show>
            {option.after}
          </button>
        )}
      </For>
    </fieldset>
  );
}
