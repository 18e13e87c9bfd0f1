import { type JSX, Show } from 'solid-js';
import { ApiProblem } from '../api/problem.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'good' | 'warn' | 'bad' | 'off' | 'info';

export const TONE_ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'good',
  warn: 'alarm',
  bad: 'bad',
  off: 'off',
  info: 'info',
};

interface NoticeProps {
  tone: Tone;
  title?: string;
  icon?: IconName;
  children?: JSX.Element;
  /** A button or link at the end. */
  action?: JSX.Element;
  /** Read out at once; a bad notice is by itself. */
  live?: boolean;
  class?: string;
  testId?: string;
}

export function Notice(props: NoticeProps) {
  return (
    <div
      class={`notice ${props.class ?? ''}`}
      data-tone={props.tone}
      data-testid={props.testId}
      role={props.tone === 'bad' ? 'alert' : props.live === true ? 'status' : undefined}
    >
      <Icon name={props.icon ?? TONE_ICONS[props.tone]} />
      <div class="notice-body">
        <Show when={props.title}>
          <p class="notice-title">{props.title}</p>
        </Show>
        {props.children}
      </div>
      {props.action}
    </div>
  );
}

/** The words of a failed call: ours, where we know the code; else those that the API sent. */
export function useProblemText(): (thrown: unknown) => string {
  const { t } = usePreferences();
  return (thrown) => {
    // What is missing in an answer shows as a TypeError where it is read.
    if (thrown instanceof TypeError) return t('error.web.not-understood');
    if (!(thrown instanceof ApiProblem)) return t('error.web.unexpected');
    // What is wrong of a field says more than that something is wrong.
    const ours = t.find(thrown.fields[0]?.code ?? '') ?? t.find(`error.${thrown.code}`);
    if (ours !== undefined) return ours;
    const theirs = [thrown.detail, thrown.kept, thrown.remedy].filter(Boolean).join(' ');
    return theirs === '' ? `${t('error.web.unexpected')} (${thrown.code})` : theirs;
  };
}

export function ProblemNotice(props: { problem: unknown; title?: string; action?: JSX.Element }) {
  const { t } = usePreferences();
  const text = useProblemText();
  return (
    <Notice
      tone="bad"
      title={props.title ?? t('error.title')}
      action={props.action}
      testId="problem"
    >
      <p>{text(props.problem)}</p>
    </Notice>
  );
}
