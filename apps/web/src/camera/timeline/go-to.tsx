import type { EpochMs } from '@vms/common/clock.ts';
import {
  createEffect,
  createSignal,
  createUniqueId,
  For,
  Match,
  on,
  onCleanup,
  Show,
  Switch,
} from 'solid-js';
import { usePreferences } from '../../i18n/preferences.tsx';
import { readLocalInput, type TypedTime, toLocalInput } from '../../time/zone.ts';
import { Button, IconButton } from '../../ui/button.tsx';

/** Milliseconds for which what was typed outlives the focus: until the button beside it was pressed. */
const KEPT_MS = 300;

/** A field for a date and a time, which asks where the clock shows that twice, never, or not yet. */
export function GoTo(props: {
  now: EpochMs;
  at: EpochMs | undefined;
  /** How often a person went to another time: what was asked before is settled. */
  moves: number;
  onGo: (at: EpochMs) => void;
  onLive: () => void;
}) {
  const { t, format } = usePreferences();
  const answerId = createUniqueId();
  const [typed, setTyped] = createSignal<string>();
  const [answer, setAnswer] = createSignal<TypedTime>();
  let field: HTMLInputElement | undefined;
  let forgetting: ReturnType<typeof setTimeout> | undefined;

  onCleanup(() => clearTimeout(forgetting));

  const clear = (): void => {
    setTyped(undefined);
    setAnswer(undefined);
  };
  createEffect(on([() => props.moves, () => format().zone], clear, { defer: true }));

  const go = (at: EpochMs): void => {
    clear();
    props.onGo(at);
  };
  /** By a button that is gone then: the field has the focus instead. */
  const settle = (act: () => void): void => {
    act();
    field?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || answer() === undefined) return;
    event.preventDefault();
    settle(clear);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const read = readLocalInput(field?.value ?? '', format().zone, props.now);
    if (read.kind === 'instant') go(read.at);
    else setAnswer(read);
  };
  const onType = (event: { currentTarget: HTMLInputElement }): void => {
    clearTimeout(forgetting);
    setTyped(event.currentTarget.value);
  };
  const asked = <Kind extends TypedTime['kind']>(kind: Kind) => {
    const given = answer();
    return given?.kind === kind ? (given as Extract<TypedTime, { kind: Kind }>) : undefined;
  };

  return (
    // The words of a browser about a wrong time are in its language, not in the page's.
    <form class="timeline-goto" onSubmit={submit} onKeyDown={onKeyDown} noValidate>
      <label>
        <span class="visually-hidden">{t('timeline.goTo')}</span>
        <input
          ref={field}
          class="input"
          data-size="small"
          type="datetime-local"
          step="1"
          name="goto"
          title={t('timeline.goTo')}
          value={typed() ?? toLocalInput(props.at ?? props.now, format().zone)}
          aria-invalid={answer() === undefined ? undefined : 'true'}
          aria-describedby={answer() === undefined ? undefined : answerId}
          onFocus={onType}
          onInput={(event) => {
            onType(event);
            setAnswer(undefined);
          }}
          onBlur={() => {
            forgetting = setTimeout(() => {
              if (answer() === undefined) setTyped(undefined);
            }, KEPT_MS);
          }}
        />
      </label>
      <IconButton
        type="submit"
        icon="chevronRight"
        variant="secondary"
        size="small"
        label={t('timeline.goTo')}
        data-testid="timeline-goto"
      />
      <Show when={answer()}>
        <div class="timeline-answer small" id={answerId} role="alert" data-testid="goto-answer">
          <Switch>
            <Match when={asked('twice')}>
              {(twice) => (
                <>
                  <span>{t('goTo.twice')}</span>
                  <For each={twice().instants}>
                    {(at) => (
                      <Button size="small" onClick={() => settle(() => go(at))}>
                        {format().time(at)}
                      </Button>
                    )}
                  </For>
                </>
              )}
            </Match>
            <Match when={asked('never')}>
              {(never) => (
                <>
                  <span>{t('goTo.never')}</span>
                  <Button size="small" onClick={() => settle(() => go(never().at))}>
                    {format().time(never().at)}
                  </Button>
                </>
              )}
            </Match>
            <Match when={asked('future')}>
              <span>{t('goTo.future', { time: format().dateTime(props.now) })}</span>
              <Button
                size="small"
                onClick={() =>
                  settle(() => {
                    clear();
                    props.onLive();
                  })
                }
              >
                {t('live.goLive')}
              </Button>
            </Match>
            <Match when={asked('incomplete')}>
              <span>{t('goTo.incomplete')}</span>
            </Match>
          </Switch>
        </div>
      </Show>
    </form>
  );
}
