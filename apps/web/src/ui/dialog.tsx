import { Dialog as Kobalte } from '@kobalte/core/dialog';
import type { JSX } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { IconButton } from './button.tsx';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  narrow?: boolean;
  children: JSX.Element;
  testId?: string;
}

/** A modal dialog: keeps the focus, closes by Escape, gives the focus back. */
export function Dialog(props: DialogProps) {
  const { t } = usePreferences();
  return (
    <Kobalte open={props.open} onOpenChange={(open) => !open && props.onClose()}>
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
              <IconButton icon="close" label={t('action.close')} onClick={props.onClose} />
            </div>
            {props.children}
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte>
  );
}
