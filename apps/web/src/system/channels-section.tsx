import { useQuery, useQueryClient } from '@tanstack/solid-query';
import { createSignal, For, Match, Show, Switch } from 'solid-js';
import { api } from '../api/client.ts';
import { channelsQuery } from '../api/queries.ts';
import { steadyProblem } from '../api/steady-problem.ts';
import type { AlertChannel } from '../api/types.ts';
import { usePreferences } from '../i18n/preferences.tsx';
import { useNow } from '../time/now.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useProblemText } from '../ui/notice.tsx';
import { Failed, Loading } from '../ui/page-states.tsx';
import { useToasts } from '../ui/toasts.tsx';
import './system.css';

/** What to write into vms.yaml; the language is that of the mails. */
function example(language: string): string {
  return `alerts:
  mail:
    host: mail.example.org
    user: vms@example.org
    passwordFile: /etc/vms/mail.password
    from: vms@example.org
    to: [me@example.org]
    language: ${language}
  webhooks:
    - id: duty
      url: https://alerts.example.org/vms`;
}

/** Where alerts are sent: how the last delivery went, and a test. */
export function ChannelsSection() {
  const { t, locale } = usePreferences();
  const query = useQuery(channelsQuery);
  const problem = steadyProblem(query);
  const channels = (): readonly AlertChannel[] | undefined => query.data?.channels;
  return (
    <section class="system-section" data-testid="channels">
      <h2>{t('channels.title')}</h2>
      <Switch>
        <Match when={channels()?.length === 0}>
          <div class="panel panel-body channels-none">
            <p>{t('channels.none')}</p>
            <p class="muted small">{t('channels.noneHint')}</p>
            <pre class="mono">{example(locale())}</pre>
          </div>
        </Match>
        <Match when={channels()}>
          <p class="muted">{t('channels.lead')}</p>
          <ul class="panel services">
            <For each={channels()}>{(channel) => <ChannelRow channel={channel} />}</For>
          </ul>
        </Match>
        <Match when={problem()}>
          <Failed problem={problem()} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={true}>
          <Loading />
        </Match>
      </Switch>
    </section>
  );
}

function ChannelRow(props: { channel: AlertChannel }) {
  const { t, format } = usePreferences();
  const now = useNow();
  const client = useQueryClient();
  const say = useToasts();
  const problemText = useProblemText();
  const [busy, setBusy] = createSignal(false);
  const test = async (): Promise<void> => {
    setBusy(true);
    try {
      const { ok, detail } = await api.testChannel(props.channel.id);
      if (ok) say(t('channels.testGood'));
      else say(t('channels.testBad', { detail }), 'bad');
      await client.invalidateQueries({ queryKey: channelsQuery().queryKey });
    } catch (thrown) {
      say(problemText(thrown), 'bad');
    } finally {
      setBusy(false);
    }
  };
  const delivered = (): string => {
    const { lastDeliveredAt } = props.channel;
    if (lastDeliveredAt === null) return t('channels.never');
    const time = format().moment(Date.parse(lastDeliveredAt), now());
    return t('channels.delivered', { time });
  };
  return (
    <li class="service" data-testid="channel">
      <Icon name={props.channel.kind === 'mail' ? 'mail' : 'link'} />
      <span class="service-name">
        {t.find(`channels.${props.channel.kind}`) ?? props.channel.kind}
      </span>
      <span class="channel-target">{props.channel.target}</span>
      <span class="muted small numeric service-detail">
        {delivered()}
        <Show when={props.channel.waiting > 0}>
          {' · '}
          {t.counted('channels.waiting', props.channel.waiting)}
        </Show>
      </span>
      <Button size="small" busy={busy()} data-testid="test-channel" onClick={() => void test()}>
        {t(busy() ? 'channels.testing' : 'channels.test')}
      </Button>
      <Show when={props.channel.lastError}>
        {(error) => (
          <p class="channel-error small" data-tone="bad">
            {t('channels.failed', { error: error() })}
          </p>
        )}
      </Show>
    </li>
  );
}
