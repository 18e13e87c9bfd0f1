import { For, type JSX, Show } from 'solid-js';
import type { CameraSearch, CameraTest, FoundStream } from '../../api/types.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { Notice, type Tone } from '../../ui/notice.tsx';
import { TechnicalDetail } from '../../ui/technical-detail.tsx';
import { stateText, testRemedy } from '../camera-state.ts';
import { AdviceList, TestFacts } from '../test-facts.tsx';
import { outcomeKey, streamOf } from './find-model.ts';

const OUTCOME_TONES: Readonly<Record<string, Tone>> = {
  'password-needed': 'warn',
  'no-known-stream': 'warn',
};

/** What a search found, or what stands in the way and what to do. */
export function SearchResult(props: {
  search: CameraSearch;
  address: string;
  /** Asks for the name, where something was found. */
  children: JSX.Element;
}) {
  const { t } = usePreferences();
  return (
    <Show when={props.search.streams.length > 0} fallback={<NotFound {...props} />}>
      <section class="found" data-testid="found" aria-live="polite">
        <h3>
          <Show when={props.search.maker} fallback={t('add.found')}>
            {(maker) => t('add.foundOf', { maker: maker().name })}
          </Show>
        </h3>
        {props.children}
        <For each={props.search.streams}>
          {(stream) => (
            <Stream
              stream={stream}
              sub={stream.role === 'main' ? streamOf(props.search, 'sub')?.test : undefined}
            />
          )}
        </For>
        <Show when={streamOf(props.search, 'sub') === undefined}>
          <p class="muted small">{t('add.noSub')}</p>
        </Show>
      </section>
    </Show>
  );
}

function Stream(props: { stream: FoundStream; sub: CameraTest | undefined }) {
  const { t } = usePreferences();
  const result = () => props.stream.test;
  return (
    <article class="found-stream" data-testid={`found-${props.stream.role}`}>
      <h4>{t(props.stream.role === 'main' ? 'add.stream.main' : 'add.stream.sub')}</h4>
      <Show when={result().state !== 'online'}>
        <p>{stateText(t, result().state, 'meaning')}</p>
        <p class="muted">{testRemedy(t, result().state)}</p>
      </Show>
      <TestFacts result={result()} sub={props.sub} />
      <AdviceList advice={result().advice} />
      <details>
        <summary>{t('form.url')}</summary>
        <p class="mono">{props.stream.url}</p>
      </details>
    </article>
  );
}

function NotFound(props: { search: CameraSearch; address: string }) {
  const { t } = usePreferences();
  const key = (): string =>
    outcomeKey(props.search.outcome, (candidate) => t.find(candidate) !== undefined);
  const words = (part: '' | '.do'): string | undefined =>
    t.find(`${key()}${part}`, { address: props.address });
  return (
    <Notice
      tone={OUTCOME_TONES[props.search.outcome] ?? 'bad'}
      title={words('') ?? ''}
      live
      testId="not-found"
    >
      <p>{words('.do')}</p>
      <Show when={props.search.tried > 1}>
        <p class="muted">{t.counted('find.tried', props.search.tried)}</p>
      </Show>
      <TechnicalDetail text={props.search.detail} open={key() === 'find.error'} />
    </Notice>
  );
}
