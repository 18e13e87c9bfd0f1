import type { EpochMs } from '@vms/common/clock.ts';
import { usePreferences } from '../../i18n/preferences.tsx';
import { ZoneMenu } from '../../shell/zone-choice.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { GoTo } from './go-to.tsx';
import { PRESETS, type TimelineModel } from './timeline-model.ts';
import { spanOf } from './view.ts';

/** What stands above the time line: what is shown, in which zone, and buttons for what hands do. */
export function TimelineTools(props: {
  model: TimelineModel;
  now: EpochMs;
  at: EpochMs | undefined;
  /** How often a person went to another time. */
  moves: number;
  onSeek: (at: EpochMs) => void;
  onLive: () => void;
}) {
  const { t, format } = usePreferences();
  const view = () => props.model.view();
  const shown = (): string => {
    const { from, to } = view();
    const end = Math.min(to, props.now);
    const start = format().date(from) === format().date(end) ? '' : `${format().dayMonth(from)}, `;
    return start === ''
      ? `${format().date(end)}, ${format().hourMinute(from)} – ${format().hourMinute(end)}`
      : `${start}${format().hourMinute(from)} – ${format().date(end)}, ${format().hourMinute(end)}`;
  };
  const preset = (): string | undefined =>
    PRESETS.find((entry) => Math.abs(entry.lengthMs - spanOf(view())) < 1)?.label;

  return (
    <div class="timeline-tools">
      <div class="timeline-shown">
        <strong data-testid="timeline-range">{shown()}</strong>
        <ZoneMenu />
      </div>
      <GoTo
        now={props.now}
        at={props.at}
        moves={props.moves}
        onGo={(at) => {
          props.model.show(at);
          props.onSeek(at);
        }}
        onLive={props.onLive}
      />
      <div class="timeline-buttons">
        <IconButton
          class="timeline-pan"
          icon="chevronLeft"
          size="small"
          label={t('timeline.previous')}
          onClick={() => props.model.panBy(-spanOf(view()) / 2)}
        />
        <IconButton
          class="timeline-pan"
          icon="chevronRight"
          size="small"
          label={t('timeline.next')}
          onClick={() => props.model.panBy(spanOf(view()) / 2)}
        />
        <Segmented
          label={t('timeline.shown')}
          value={preset()}
          options={PRESETS.map(({ label }) => ({ value: label, label }))}
          onChange={(label) => {
            const found = PRESETS.find((entry) => entry.label === label);
            if (found !== undefined) props.model.setLength(found.lengthMs);
          }}
          testId="timeline-presets"
        />
        <IconButton
          icon="zoomOut"
          size="small"
          label={t('timeline.zoomOut')}
          data-testid="timeline-zoom-out"
          onClick={() => props.model.zoomBy(2)}
        />
        <IconButton
          icon="zoomIn"
          size="small"
          label={t('timeline.zoomIn')}
          data-testid="timeline-zoom-in"
          onClick={() => props.model.zoomBy(0.5)}
        />
        <Button
          size="small"
          variant={props.model.following() ? 'quiet' : 'secondary'}
          class="timeline-follow"
          icon="toNow"
          aria-pressed={props.model.following()}
          title={t('timeline.toNow')}
          data-testid="timeline-now"
          onClick={() => props.model.followNow()}
        >
          {t('timeline.now')}
        </Button>
      </div>
    </div>
  );
}
