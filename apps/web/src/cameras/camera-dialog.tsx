import { createSignal } from 'solid-js';
import type { Camera } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { CameraForm } from './camera-form.tsx';

/** Changes a camera. */
export function CameraDialog(props: { camera: Camera; onClose: () => void }) {
  const { t } = usePreferences();
  const say = useToasts();
  const [filled, setFilled] = createSignal(false);
  const { name } = props.camera;
  return (
    <Dialog
      open
      onClose={props.onClose}
      title={t('form.editTitle', { name })}
      testId="camera-dialog"
      isFilled={filled}
    >
      <CameraForm
        camera={props.camera}
        onFilled={setFilled}
        onClose={props.onClose}
        onSaved={(camera) => {
          say(t('cameras.changed', { name: camera.name }));
          props.onClose();
        }}
      />
    </Dialog>
  );
}
