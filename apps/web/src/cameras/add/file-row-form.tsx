import { For } from 'solid-js';
import { createStore } from 'solid-js/store';
import { usePreferences } from '../../i18n/preferences.tsx';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import type { LineDraft } from './file-model.ts';

/** Cells that few files have: those that a line fills in can be corrected, too. */
const RARE_CELLS = [
  ['subUrl', 'form.subUrl'],
  ['retentionDays', 'form.retention'],
  ['enabled', 'form.enabled'],
  ['timeZone', 'form.timeZone'],
] as const;

/** Corrects one line of a file in its place. */
export function FileRowForm(props: {
  draft: LineDraft;
  /** While lines are tested or added: what is typed is not what they have. */
  disabled: boolean;
  onDone: (draft: LineDraft) => void;
  onCancel: () => void;
}) {
  const { t } = usePreferences();
  const [draft, setDraft] = createStore<LineDraft>({ ...props.draft });
  const done = (): void => props.onDone({ ...draft });
  return (
    // Not a form of its own: it stands in one. Enter ends the correction and sends nothing.
    <fieldset
      class="file-correct"
      disabled={props.disabled}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.target instanceof HTMLButtonElement) return;
        event.preventDefault();
        done();
      }}
    >
      <Field
        label={t('form.name')}
        name="line-name"
        value={draft.name}
        onInput={(name) => setDraft({ name })}
        maxLength={100}
        autocomplete="off"
        dir="auto"
        ref={(input: HTMLInputElement) => queueMicrotask(() => input.focus())}
      />
      <Field
        label={t('file.place')}
        name="line-place"
        value={draft.place}
        onInput={(place) => setDraft({ place })}
        maxLength={2048}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
      <Field
        label={t('form.username')}
        name="line-username"
        value={draft.username}
        onInput={(username) => setDraft({ username })}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        optional
      />
      <Field
        label={t('form.password')}
        name="line-password"
        value={draft.password}
        onInput={(password) => setDraft({ password })}
        autocomplete="new-password"
        secret
        optional
      />
      <For each={RARE_CELLS.filter(([cell]) => props.draft[cell] !== '')}>
        {([cell, label]) => (
          <Field
            label={t(label)}
            name={`line-${cell}`}
            value={draft[cell]}
            onInput={(value) => setDraft({ [cell]: value })}
            maxLength={2048}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            optional
          />
        )}
      </For>
      <div class="file-correct-actions">
        <Button size="small" variant="quiet" onClick={props.onCancel}>
          {t('action.cancel')}
        </Button>
        <Button size="small" data-testid="line-done" onClick={done}>
          {t('file.corrected')}
        </Button>
      </div>
    </fieldset>
  );
}
