import { For, type JSX, Show } from 'solid-js';
import type { Advice, CameraTest } from '../api/types.ts';
import type { Key } from '../i18n/dictionary.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Icon } from '../ui/icon.tsx';
import { codecName, sizeText, trackText } from './camera-state.ts';
import { h265AdviceKey, playsH265, sendsH265 } from './h265.ts';
import './camera-form.css';

/** What a test found out about a stream, as facts. */
export function TestFacts(props: {
  result: CameraTest;
  /** The camera's sub stream, where this is the main one and it was tested. */
  sub?: CameraTest | undefined;
}) {
  const { t, format } = usePreferences();
  const video = () => props.result.tracks.find((track) => track.kind === 'video');
  const audio = () => props.result.tracks.find((track) => track.kind === 'audio');
  const gop = (): number => props.result.gopSeconds ?? 0;
  const codec = (): string | undefined => {
    const track = video();
    if (track === undefined) return undefined;
    if (!track.supported) return trackText(track, t, format());
    return [codecName(track.codec), track.profile].filter(Boolean).join(' ');
  };
  return (
    <>
      <Show when={h265AdviceKey(props.result, props.sub, playsH265())}>
        {(advice) => (
          <div class="h265" data-testid="h265">
            <p>
              <Icon name="alarm" size={14} /> {t('test.h265')}
            </p>
            <p class="muted">{t(advice())}</p>
          </div>
        )}
      </Show>
      <dl class="test-facts">
        <Show when={codec()}>{(name) => <Fact name={t('form.video')}>{name()}</Fact>}</Show>
        <Show when={video()}>
          {(track) => (
            <Show when={sizeText(track(), t)}>
              {(size) => <Fact name={t('form.size')}>{size()}</Fact>}
            </Show>
          )}
        </Show>
        <Show when={props.result.framesPerSecond > 0}>
          <Fact name={t('form.frameRate')}>
            {t('track.rate', { rate: format().number(props.result.framesPerSecond, 1) })}
          </Fact>
        </Show>
        <Show when={props.result.bitsPerSecond > 0}>
          <Fact name={t('form.bitRate')}>{format().bitRate(props.result.bitsPerSecond)}</Fact>
        </Show>
        <Show when={gop() > 0}>
          <Fact name={t('test.keyframes')}>
            {t('test.everySeconds', { seconds: format().number(gop(), 1) })}
          </Fact>
        </Show>
        <Fact name={t('form.audio')}>
          <Show when={audio()} fallback={t('form.audioNone')}>
            {(track) => trackText(track(), t, format())}
          </Show>
        </Fact>
        <Show when={browserKey(props.result)}>
          {(key) => <Fact name={t('test.browser')}>{t(key())}</Fact>}
        </Show>
      </dl>
    </>
  );
}

function Fact(props: { name: string; children: JSX.Element }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

/** What browsers can show of a stream, in a word; undefined where the system does not say. */
export function browserKey(test: CameraTest): Key | undefined {
  const { state, browser } = test;
  if (state !== 'online' || browser === undefined) return undefined;
  if (browser.webrtc.ok) return 'test.browser.both';
  if (!browser.mse.ok) return 'test.browser.none';
  return sendsH265(test) ? 'test.browser.h265' : 'test.browser.mse';
}

/** What to change in the camera, in plain words. */
export function AdviceList(props: { advice: readonly Advice[] | undefined }) {
  const { t, format } = usePreferences();
  const values = (advice: Advice): Record<string, string> =>
    Object.fromEntries(
      Object.entries(advice.values).map(([name, value]) => [
        name,
        typeof value === 'number' ? format().number(value, 1) : value,
      ]),
    );
  const words = (advice: Advice): string =>
    t.find(`advice.${advice.code}`, values(advice)) ?? t('advice.unknown', { code: advice.code });
  return (
    <Show when={(props.advice ?? []).length > 0}>
      <div class="advice" data-testid="advice">
        <h4>{t('test.advice')}</h4>
        <ul>
          <For each={props.advice}>
            {(advice) => (
              <li
                data-tone={advice.severity === 'warning' ? 'warn' : 'info'}
                data-code={advice.code}
              >
                <Icon name={advice.severity === 'warning' ? 'alarm' : 'info'} />
                <div>
                  <p>{words(advice)}</p>
                  <p class="muted">{t.find(`advice.${advice.code}.do`, values(advice))}</p>
                </div>
              </li>
            )}
          </For>
        </ul>
      </div>
    </Show>
  );
}
