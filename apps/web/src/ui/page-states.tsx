import { Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { ProblemNotice } from './notice.tsx';

/** What stands in the place of something that could not be loaded. */
export function Failed(props: { problem: unknown; title?: string; onRetry: () => void }) {
  const { t } = usePreferences();
  return (
    <ProblemNotice
      problem={props.problem}
      {...(props.title === undefined ? {} : { title: props.title })}
      action={
        <Button size="small" onClick={props.onRetry}>
          {t('action.retry')}
        </Button>
      }
    />
  );
}

/** What stands in the place of something that is on its way. */
export function Loading(props: { label?: string }) {
  const { t } = usePreferences();
  return (
    <p class="loading muted" role="status">
      <Icon name="connecting" class="spinner" />
      <Show when={props.label} fallback={t('app.loading')}>
        {props.label}
      </Show>
    </p>
  );
}
