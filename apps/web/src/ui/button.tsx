import { type JSX, Show, splitProps } from 'solid-js';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: 'primary' | 'secondary' | 'quiet' | 'danger';
  size?: 'normal' | 'small';
  icon?: IconName;
  /** Work is under way: a spinner, and further presses do nothing. */
  busy?: boolean;
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, ['variant', 'size', 'icon', 'busy', 'children', 'onClick']);
  const onClick: JSX.EventHandler<HTMLButtonElement, MouseEvent> = (event) => {
    if (own.busy === true) {
      event.preventDefault();
      return;
    }
    if (typeof own.onClick === 'function') own.onClick(event);
  };
  return (
    <button
      type="button"
      {...rest}
      class={`button ${props.class ?? ''}`}
      data-variant={own.variant ?? 'secondary'}
      data-size={own.size}
      data-busy={own.busy === true ? '' : undefined}
      aria-busy={own.busy}
      onClick={onClick}
    >
      <Show
        when={own.busy === true}
        fallback={<Show when={own.icon}>{(name) => <Icon name={name()} />}</Show>}
      >
        <Icon name="connecting" class="spinner" />
      </Show>
      {own.children}
    </button>
  );
}

interface IconButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  /** What it does: its accessible name and its tooltip. */
  label: string;
  variant?: 'secondary' | 'quiet';
  size?: 'normal' | 'small';
  iconSize?: number;
}

export function IconButton(props: IconButtonProps) {
  const [own, rest] = splitProps(props, ['icon', 'label', 'variant', 'size', 'iconSize']);
  return (
    <button
      type="button"
      {...rest}
      class={`button ${props.class ?? ''}`}
      data-icon-only
      data-variant={own.variant ?? 'quiet'}
      data-size={own.size}
      aria-label={own.label}
      title={own.label}
    >
      <Icon name={own.icon} size={own.iconSize ?? 18} />
    </button>
  );
}
