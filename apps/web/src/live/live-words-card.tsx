import { Match, Show, Switch } from 'solid-js';
import { usePreferences } from '../i18n/preferences.tsx';
import { Button } from '../ui/button.tsx';
import { useProblemText } from '../ui/notice.tsx';
import { StageCard } from '../ui/stage-card.tsx';
import type { LivePlayer } from './live-player.ts';
import { liveTrouble } from './live-words.ts';

/** Why there is no live picture, or that it is on its way. Nothing while it plays. */
export function LiveWordsCard(props: {
  player: LivePlayer | undefined;
  compact?: boolean;
  /** Leads to what was recorded. */
  onRecordings?: () => void;
}) {
  const { t } = usePreferences();
  const problemText = useProblemText();
  const trouble = () => liveTrouble(t, props.player?.problem(), problemText);
  const phase = () => props.player?.phase() ?? 'off';
  return (
    <Switch>
      <Match when={phase() === 'connecting'}>
        <StageCard icon="connecting" title={t('live.connecting')} busy testId="live-connecting" />
      </Match>
      <Match when={phase() === 'reconnecting'}>
        <StageCard
          icon="connecting"
          title={t('live.reconnecting')}
          busy
          testId="live-reconnecting"
        />
      </Match>
      <Match when={phase() === 'failed'}>
        <StageCard
          icon="alarm"
          title={
            props.compact === true && trouble().lasts ? t('live.notPlayableShort') : trouble().title
          }
          hint={trouble().hint}
          compact={props.compact === true}
          testId="live-trouble"
        >
          <Show when={props.compact !== true}>
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
