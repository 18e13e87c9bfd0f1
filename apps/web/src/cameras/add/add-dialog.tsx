import { useNavigate } from '@solidjs/router';
import { useQuery } from '@tanstack/solid-query';
import { createSignal, For, lazy, Match, Show, Suspense, Switch } from 'solid-js';
import { camerasQuery } from '../../api/queries.ts';
import type { Camera } from '../../api/types.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { CameraForm } from '../camera-form.tsx';
import type { Credentials } from '../camera-form-model.ts';
import { StateBadge } from '../state-badge.tsx';
import { FindForm } from './find-form.tsx';
import './add.css';

// Reads CSV, which nobody else needs.
const FileForm = lazy(() => import('./file-form.tsx'));

const WAYS = ['address', 'url', 'file'] as const;
type Way = (typeof WAYS)[number];

/** Adds cameras, one after the other: by address alone, by RTSP address, or many from a file. */
export default function AddDialog(props: { onClose: () => void }) {
  const { t } = usePreferences();
  const navigate = useNavigate();
  const [way, setWay] = createSignal<Way>('address');
  const [url, setUrl] = createSignal<string>();
  const [credentials, setCredentials] = createSignal<Credentials>();
  const [added, setAdded] = createSignal<readonly Camera[]>([]);
  const [asking, setAsking] = createSignal(true);
  const [filled, setFilled] = createSignal(false);

  const saved = (cameras: readonly Camera[], kept?: Credentials): void => {
    setAdded((before) => [...before, ...cameras]);
    if (kept !== undefined) setCredentials(kept);
    setUrl(undefined);
    setAsking(false);
    setFilled(false);
  };
  const choose = (next: Way): void => {
    setUrl(undefined);
    setFilled(false);
    setWay(next);
  };
  return (
    <Dialog
      open
      onClose={props.onClose}
      title={t('add.title')}
      testId="add-dialog"
      isFilled={filled}
    >
      <Show
        when={asking()}
        fallback={
          <Added
            cameras={added()}
            onNext={() => setAsking(true)}
            onList={props.onClose}
            onLive={() => navigate('/live')}
          />
        }
      >
        <div class="add-ways">
          <Segmented
            label={t('add.way')}
            value={way()}
            options={WAYS.map((value) => ({ value, label: t(`add.way.${value}`) }))}
            onChange={choose}
            testId="add-way"
          />
        </div>
        <Switch>
          <Match when={way() === 'address'}>
            <FindForm
              credentials={credentials()}
              onClose={props.onClose}
              onSaved={(camera, kept) => saved([camera], kept)}
              onFilled={setFilled}
              onFullAddress={(full, kept) => {
                if (kept !== undefined) setCredentials(kept);
                setUrl(full);
                setWay('url');
              }}
            />
          </Match>
          <Match when={way() === 'url'}>
            <CameraForm
              camera={undefined}
              credentials={credentials()}
              url={url()}
              onFilled={setFilled}
              onClose={props.onClose}
              onSaved={(camera, kept) => saved([camera], kept)}
            />
          </Match>
          <Match when={way() === 'file'}>
            <Suspense>
              <FileForm onClose={props.onClose} onSaved={saved} onFilled={setFilled} />
            </Suspense>
          </Match>
        </Switch>
      </Show>
    </Dialog>
  );
}

/** What was added since the dialog was opened, with its state as it changes. */
function Added(props: {
  cameras: readonly Camera[];
  onNext: () => void;
  onList: () => void;
  onLive: () => void;
}) {
  const { t } = usePreferences();
  const query = useQuery(camerasQuery);
  const stateOf = (camera: Camera) =>
    (query.data ?? []).find(({ id }) => id === camera.id)?.status.state ?? 'connecting';
  return (
    <>
      <div class="dialog-body" data-testid="added">
        <ul class="added" aria-live="polite">
          <For each={props.cameras}>
            {(camera) => (
              <li>
                <bdi class="truncate">{camera.name}</bdi>
                <StateBadge state={stateOf(camera)} />
              </li>
            )}
          </For>
        </ul>
        <p class="muted">{t('add.addedHint')}</p>
      </div>
      <div class="dialog-foot">
        <Button variant="quiet" class="spread" data-testid="added-list" onClick={props.onList}>
          {t('add.toList')}
        </Button>
        <Button icon="add" data-testid="added-next" onClick={props.onNext}>
          {t('add.next')}
        </Button>
        <Button variant="primary" icon="grid" data-testid="added-live" onClick={props.onLive}>
          {t('add.done')}
        </Button>
      </div>
    </>
  );
}
