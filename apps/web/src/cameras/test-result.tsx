import { Show } from 'solid-js';
import type { CameraTest } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { duration } from '../time/format.ts';
import { Notice } from '../ui/notice.tsx';
import { codecName, lookOf, sizeText, stateText, trackText } from './camera-state.ts';

/** A camera test in plain words: what was found, or what stands in the way and what to do. */
export function TestResult(props: {
  result: CameraTest;
  /** Which stream, where it is not the main one. */
  of?: string;
}) {
  const { t, format } = usePreferences();
  const good = (): boolean => props.result.state === 'online';
  const video = () => props.result.tracks.find((track) => track.kind === 'video');
  const audio = () => props.result.tracks.find((track) => track.kind === 'audio');
  const took = (): string =>
    props.result.elapsedMs < 1000
      ? `${format().number(props.result.elapsedMs)} ms`
      : duration(props.result.elapsedMs);
  return (
    <Notice
      tone={
        good()
          ? 'good'
          : lookOf(props.result.state).tone === 'info'
            ? 'warn'
            : lookOf(props.result.state).tone
      }
      title={`${props.of === undefined ? '' : `${props.of}: `}${good() ? t('form.testGood') : stateText(t, props.result.state, 'label')}`}
      live
      testId={props.of === undefined ? 'test-result' : 'test-result-sub'}
    >
      <Show when={!good()}>
        <p>{stateText(t, props.result.state, 'meaning')}</p>
        <p class="muted">{stateText(t, props.result.state, 'remedy')}</p>
      </Show>
      <Show when={video() ?? audio()}>
        <dl class="test-facts">
          <Show when={video()}>
            {(track) => (
              <>
                <dt>{t('form.video')}</dt>
                <dd>
                  {track().supported ? codecName(track().codec) : trackText(track(), t, format())}
                </dd>
                <Show when={sizeText(track(), t)}>
                  {(size) => (
                    <>
                      <dt>{t('form.size')}</dt>
                      <dd>{size()}</dd>
                    </>
                  )}
                </Show>
              </>
            )}
          </Show>
          <Show when={props.result.framesPerSecond > 0}>
            <dt>{t('form.frameRate')}</dt>
            <dd>{t('track.rate', { rate: format().number(props.result.framesPerSecond, 1) })}</dd>
          </Show>
          <Show when={props.result.bitsPerSecond > 0}>
            <dt>{t('form.bitRate')}</dt>
            <dd>{format().bitRate(props.result.bitsPerSecond)}</dd>
          </Show>
          <dt>{t('form.audio')}</dt>
          <dd>
            <Show when={audio()} fallback={t('form.audioNone')}>
              {(track) => trackText(track(), t, format())}
            </Show>
          </dd>
        </dl>
      </Show>
      <Show
        when={good()}
        fallback={
          <Show when={props.result.detail !== ''}>
            <details open={props.result.state === 'error'}>
              <summary>{t('state.detail')}</summary>
              <p class="mono">{props.result.detail}</p>
            </details>
          </Show>
        }
      >
        <p class="muted">{t('form.testTook', { time: took() })}</p>
      </Show>
    </Notice>
  );
}
