import { Show } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';

/** What the system says in English, word for word: folded away, since ours say it in plain words. */
export function TechnicalDetail(props: {
  text: string;
  /** Shows it at once: where we have no words of our own. */
  open?: boolean;
}) {
  const { t } = usePreferences();
  return (
    <Show when={props.text !== ''}>
      <details class="technical-detail" open={props.open}>
        <summary>{t('state.detail')}</summary>
        <p class="mono" lang="en" dir="auto">
          {props.text}
        </p>
      </details>
    </Show>
  );
}
