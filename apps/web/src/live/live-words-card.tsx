import { Match, Show, Switch } from 'solid-js';
import type { Camera } from '../api/types.ts';
import { lookOf, sendsNothing, stateText } from '../cameras/camera-state.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { useProblemText } from '../ui/notice.tsx';
import { StageCard } from '../ui/stage-card.tsx';
import type { LivePlayer } from './live-player.ts';
import { liveTrouble } from './live-words.ts';

/**
 * Why there is no live picture, since when, or that it is on its way. Nothing while it plays, and where
 * it is not wanted.
 */
export function LiveWordsCard(props: {
  player: LivePlayer | undefined;
  /** Where it sends nothing, its state says why. */
  camera: Camera | undefined;
  /** “No picture since 14:03:22”; undefined where there never was one. */
  since: string | undefined;
  /** Nothing is asked for, because the camera sends nothing. */
  resting?: boolean;
  compact?: boolean;
  /** Leads to what was recorded. */
  onRecordings?: () => void;
}) {
  const { t } = usePreferences();
  const problemText = useProblemText();
  const trouble = () => liveTrouble(t, props.player?.problem(), problemText);
  const phase = () => props.player?.phase() ?? 'off';
  /** Of a camera that sends nothing. */
  const state = () => {
    const known = props.camera?.status.state;
    return known !== undefined && sendsNothing(known) ? known : undefined;
  };
  const compact = (): boolean => props.compact === true;
  const title = (): string => {
    const known = state();
    if (known !== undefined) return stateText(t, known, 'label');
    return compact() && trouble().lasts ? t('live.notPlayableShort') : trouble().title;
  };
  const hint = (): string => {
    const known = state();
    return known === undefined ? trouble().hint : stateText(t, known, 'meaning');
  };
  const icon = () => lookOf(state() ?? 'no-frames').icon;
  return (
    <Switch>
      <Match when={phase() === 'connecting'}>
        <StageCard
          icon="connecting"
          title={t('live.connecting')}
          detail={props.since}
          busy
          testId="live-connecting"
        />
      </Match>
      <Match when={phase() === 'reconnecting'}>
        <StageCard
          icon="connecting"
          title={t('live.reconnecting')}
          detail={props.since}
          busy
          testId="live-reconnecting"
        />
      </Match>
      <Match when={phase() === 'failed' || (props.resting === true && phase() === 'off')}>
        <StageCard
          icon={icon()}
          title={title()}
          detail={props.since}
          hint={hint()}
          compact={compact()}
          testId="live-trouble"
        >
          <Show when={!compact()}>
            <div class="stage-card-actions">
              <Show when={trouble().mayPass}>
                <Button size="small" onClick={() => props.player?.retry()}>
                  {t('action.retry')}
                </Button>
              </Show>
              <Show when={props.onRecordings}>
                {(onRecordings) => (
                  <Button size="small" icon="play" onClick={() => onRecordings()()}>
                    {t('live.toRecordings')}
                  </Button>
                )}
              </Show>
            </div>
          </Show>
        </StageCard>
      </Match>
    </Switch>
  );
}
