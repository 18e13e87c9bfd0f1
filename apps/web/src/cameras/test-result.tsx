import { Show } from 'solid-js';
import type { CameraTest } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { duration } from '../time/format.ts';
import { Notice, type Tone } from '../ui/notice.tsx';
import { TechnicalDetail } from '../ui/technical-detail.tsx';
import { lookOf, stateText, testRemedy } from './camera-state.ts';
import { AdviceList, TestFacts } from './test-facts.tsx';

/** A camera test in plain words: what was found, or what stands in the way and what to do. */
export function TestResult(props: {
  result: CameraTest;
  /** Which stream, where it is not the main one. */
  of?: string;
  /** The camera's sub stream, where this is the main one and it was tested. */
  sub?: CameraTest | undefined;
}) {
  const { t, format } = usePreferences();
  const good = (): boolean => props.result.state === 'online';
  const tone = (): Tone => {
    const { tone: looks } = lookOf(props.result.state);
    return looks === 'info' ? 'warn' : looks;
  };
  const took = (): string =>
    props.result.elapsedMs < 1000
      ? `${format().number(props.result.elapsedMs)} ms`
      : duration(props.result.elapsedMs);
  return (
    <Notice
      tone={tone()}
      title={`${props.of === undefined ? '' : `${props.of}: `}${good() ? t('form.testGood') : stateText(t, props.result.state, 'label')}`}
      live
      testId={props.of === undefined ? 'test-result' : 'test-result-sub'}
    >
      <Show when={!good()}>
        <p>{stateText(t, props.result.state, 'meaning')}</p>
        <p class="muted">{testRemedy(t, props.result.state)}</p>
      </Show>
      <Show when={props.result.tracks.length > 0}>
        <TestFacts result={props.result} sub={props.sub} />
      </Show>
      <AdviceList advice={props.result.advice} />
      <Show
        when={good()}
        fallback={
          <TechnicalDetail text={props.result.detail} open={props.result.state === 'error'} />
        }
      >
        <p class="muted">{t('form.testTook', { time: took() })}</p>
      </Show>
    </Notice>
  );
}
