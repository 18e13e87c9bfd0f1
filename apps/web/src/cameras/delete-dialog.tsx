import { useQueryClient } from '@tanstack/solid-query';
import { createSignal, Show } from 'solid-js';
import { api } from '../api/client.ts';
import type { Camera } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Notice, ProblemNotice } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';
import './camera-form.css';

/** Asks before a camera goes, and what becomes of its recordings. */
export function DeleteDialog(props: {
  camera: Camera;
  onClose: () => void;
  onDeleted?: () => void;
}) {
  const { t } = usePreferences();
  const client = useQueryClient();
  const say = useToasts();
  const { id, name, demo } = props.camera;
  const [recordings, setRecordings] = createSignal<'keep' | 'delete'>(demo ? 'delete' : 'keep');
  const [busy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<unknown>();

  const remove = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await api.deleteCamera(id, recordings());
      say(t('cameras.deleted', { name }));
      props.onClose();
      props.onDeleted?.();
      await client.invalidateQueries({ queryKey: ['cameras'], exact: true });
    } catch (thrown) {
      setProblem(thrown);
    } finally {
      setBusy(false);
    }
  };

  return (
    <Dialog
      open
      narrow
      onClose={props.onClose}
      title={t('delete.title', { name })}
      testId="delete-dialog"
    >
      <div class="dialog-body">
        <p>{t('delete.lead')}</p>
        <Show
          when={!demo}
          fallback={
            <Notice tone="warn">
              <p>{t('delete.demo')}</p>
            </Notice>
          }
        >
          <fieldset class="form-group">
            <legend>{t('delete.what')}</legend>
            <label class="choice">
              <input
                type="radio"
                name="recordings"
                value="keep"
                checked={recordings() === 'keep'}
                onChange={() => setRecordings('keep')}
              />
              <strong>{t('delete.keep')}</strong>
              <small>{t('delete.keepHint')}</small>
            </label>
            <label class="choice">
              <input
                type="radio"
                name="recordings"
                value="delete"
                checked={recordings() === 'delete'}
                onChange={() => setRecordings('delete')}
              />
              <strong>{t('delete.delete')}</strong>
              <small>{t('delete.deleteHint')}</small>
            </label>
          </fieldset>
        </Show>
        <Show when={problem()}>
          <ProblemNotice problem={problem()} />
        </Show>
      </div>
      <div class="dialog-foot">
        <Button variant="quiet" onClick={props.onClose}>
          {t('action.cancel')}
        </Button>
        <Button
          variant="danger"
          icon="trash"
          busy={busy()}
          data-testid="confirm-delete"
          onClick={() => void remove()}
        >
          {busy() ? t('delete.busy') : t('delete.confirm')}
        </Button>
      </div>
    </Dialog>
  );
}
