import { DropdownMenu } from '@kobalte/core/dropdown-menu';
import { For, type JSX, Show } from 'solid-js';
import { Icon, type IconName } from './icon.tsx';

/** A button that opens a list of actions. */
export function Menu(props: {
  label: string;
  trigger: JSX.Element;
  triggerClass?: string;
  testId?: string;
  children: JSX.Element;
}) {
  return (
    <DropdownMenu gutter={4} placement="bottom-end" modal={false}>
      <DropdownMenu.Trigger
        class={`button ${props.triggerClass ?? ''}`}
        data-variant="quiet"
        aria-label={props.label}
        title={props.label}
        data-testid={props.testId}
      >
        {props.trigger}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class="menu">{props.children}</DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu>
  );
}

export function MenuAction(props: {
  icon: IconName;
  label: string;
  danger?: boolean;
  testId?: string;
  onSelect: () => void;
}) {
  return (
    <DropdownMenu.Item
      class="menu-item"
      data-danger={props.danger === true ? '' : undefined}
      data-testid={props.testId}
      onSelect={props.onSelect}
    >
      <Icon name={props.icon} />
      {props.label}
    </DropdownMenu.Item>
  );
}

export function MenuRule() {
  return <DropdownMenu.Separator class="menu-rule" />;
}

export function MenuChoice<Value extends string>(props: {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; icon?: IconName }[];
  onChange: (value: Value) => void;
}) {
  return (
    <DropdownMenu.Group>
      <DropdownMenu.GroupLabel class="menu-label" as="div">
        {props.label}
      </DropdownMenu.GroupLabel>
      <DropdownMenu.RadioGroup
        value={props.value}
        onChange={(next) => {
          const option = props.options.find((candidate) => candidate.value === next);
          if (option !== undefined) props.onChange(option.value);
        }}
      >
        <For each={props.options}>
          {(option) => (
            <DropdownMenu.RadioItem class="menu-item" value={option.value} closeOnSelect={false}>
              <Show when={option.icon}>{(name) => <Icon name={name()} />}</Show>
              {option.label}
              <DropdownMenu.ItemIndicator class="menu-check">
                <Icon name="check" />
              </DropdownMenu.ItemIndicator>
            </DropdownMenu.RadioItem>
          )}
        </For>
      </DropdownMenu.RadioGroup>
    </DropdownMenu.Group>
  );
}
