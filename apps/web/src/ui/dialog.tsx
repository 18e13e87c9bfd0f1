import { Dialog as Kobalte } from '@kobalte/core/dialog';
import { createSignal, type JSX, Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button, IconButton } from './button.tsx';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  narrow?: boolean;
  children: JSX.Element;
  testId?: string;
  /** Whether something was entered that must not be lost by Escape or the cross: it is asked then. */
  isFilled?: (() => boolean) | undefined;
}

/** A modal dialog: keeps the focus, closes by Escape, gives the focus back; asks before it discards. */
export function Dialog(props: DialogProps) {
  const { t } = usePreferences();
  const [asks, setAsks] = createSignal(false);
  let focused: Element | null = null;
  // Escape while it is asked is a no.
  const leave = (): void => {
    if (asks()) goOn();
    else if (props.isFilled?.() === true) {
      focused = document.activeElement;
      setAsks(true);
    } else props.onClose();
  };
  /** Gives the focus back to where somebody was typing. */
  const goOn = (): void => {
    setAsks(false);
    if (focused instanceof HTMLElement) focused.focus();
  };
  return (
    <Kobalte open={props.open} onOpenChange={(open) => !open && leave()}>
      <Kobalte.Portal>
        <Kobalte.Overlay class="dialog-scrim" />
        <div class="dialog-frame">
          <Kobalte.Content
            class="dialog"
            data-width={props.narrow === true ? 'narrow' : undefined}
            data-testid={props.testId}
            onInteractOutside={(event) => event.preventDefault()}
          >
            <div class="dialog-head">
              <Kobalte.Title>{props.title}</Kobalte.Title>
              <IconButton icon="close" label={t('action.close')} onClick={leave} />
            </div>
            <Show when={asks()}>
              <div
                class="dialog-ask"
                role="alertdialog"
                aria-label={t('add.discard')}
                data-testid="discard"
              >
                <p>{t('add.discard')}</p>
                <Button variant="quiet" data-testid="discard-yes" onClick={props.onClose}>
                  {t('add.discard.yes')}
                </Button>
                <Button
                  ref={(button: HTMLButtonElement) => queueMicrotask(() => button.focus())}
                  variant="primary"
                  data-testid="discard-no"
                  onClick={goOn}
                >
                  {t('add.discard.no')}
                </Button>
              </div>
            </Show>
            {props.children}
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte>
  );
}
