import { createSignal, createUniqueId, For, Show } from 'solid-js';
import type { StreamName } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Icon } from '../ui/icon.tsx';
import { liveCodecName, lossPercent, TRANSPORT_NAMES, whyText } from './live-words.ts';
import type { Shown } from './watch.ts';

/** What plays and why, in a word; a press shows the rest. */
export function LiveBadge(props: {
  shown: Shown;
  stream: StreamName | undefined;
  /** The codec of the main stream; undefined where it is not known. */
  mainCodec: string | undefined;
}) {
  const { t, format } = usePreferences();
  const [open, setOpen] = createSignal(false);
  const id = createUniqueId();
  const ms = (value: number | undefined): string =>
    value === undefined ? '–' : `${format().number(Math.round(value))} ms`;
  const loss = (): string => {
    const percent = lossPercent(props.shown);
    return percent === undefined ? t('live.lossNone') : `${format().number(percent, 2)} %`;
  };
  const rows = (): readonly (readonly [string, string])[] => [
    [t('live.way'), TRANSPORT_NAMES[props.shown.choice.kind]],
    [t('live.codec'), liveCodecName(props.shown.codec ?? '–')],
    [t('form.size'), t('track.size', { width: props.shown.width, height: props.shown.height })],
    [
      t('camera.rate'),
      `${t('track.rate', { rate: format().number(props.shown.framesPerSecond, 0) })} · ${format().bitRate(props.shown.bitsPerSecond)}`,
    ],
    [t('live.delay'), ms(props.shown.delayMs)],
    [t('live.loss'), loss()],
    [t('live.stream'), t(props.stream === 'sub' ? 'live.stream.sub' : 'live.stream.main')],
  ];
  return (
    <div class="live-badge">
      <button
        type="button"
        class="live-badge-button"
        aria-expanded={open()}
        aria-controls={id}
        title={t('live.details')}
        data-testid="live-badge"
        data-transport={props.shown.choice.kind}
        data-why={props.shown.choice.why}
        onClick={() => setOpen(!open())}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && open()) {
            setOpen(false);
            event.stopPropagation();
          }
        }}
      >
        <span>{TRANSPORT_NAMES[props.shown.choice.kind]}</span>
        <Show when={props.stream === 'sub'}>
          <span>{t('live.stream.sub')}</span>
        </Show>
        <Show when={props.shown.delayMs !== undefined}>
          <span class="numeric">{ms(props.shown.delayMs)}</span>
        </Show>
        <Icon name="info" size={14} />
        <span class="visually-hidden">{t('live.details')}</span>
      </button>
      <div class="live-details" id={id} hidden={!open()} data-testid="live-details">
        <p>{whyText(t, props.shown.choice.why)}</p>
        <Show when={props.stream === 'sub'}>
          <p>{t('live.subInstead', { codec: props.mainCodec ?? '–' })}</p>
        </Show>
        <dl>
          <For each={rows()}>
            {([name, value]) => (
              <div>
                <dt>{name}</dt>
                <dd class="numeric">{value}</dd>
              </div>
            )}
          </For>
        </dl>
      </div>
    </div>
  );
}
