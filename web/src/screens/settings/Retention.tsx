import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { settingsQuery } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useSession } from '~/app/session';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Section } from '~/ui/Drawer';
import { TextField } from '~/ui/Field';
import { toast } from '~/ui/Toast';
import { useSave } from '~/ui/use-save';

type Term = Schemas['RetentionTerm'];

const wrong = (term: Term, text: string) =>
  !/^\d+$/.test(text) || Number(text) < term.least || Number(text) > term.most;

/** For how many days what is kept. Only the owner may change it; what is gone stays gone. */
export function Retention({ terms }: { terms: Term[] }) {
  const t = useT();
  const client = useQueryClient();
  const may = useSession()?.person?.role === 'owner';
  const { busy, error, save } = useSave();
  const [texts, setTexts] = useState(() => Object.fromEntries(terms.map((one) => [one.term, String(one.days)])));
  const text = (one: Term) => (texts[one.term] ?? '').trim();
  const changed = terms.filter((one) => text(one) !== String(one.days));
  const bad = terms.some((one) => wrong(one, text(one)));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (bad || changed.length === 0) return;
    const body = Object.fromEntries(changed.map((one) => [one.term, Number(text(one))]));
    const saved = await save(async () => {
      const now = await call(() => api.PATCH('/settings/retention', { body }));
      client.setQueryData(settingsQuery.queryKey, now);
    });
    if (saved) toast(t('ui.saved'));
  };
  return (
    <Section title={t('settings.retention')}>
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <p className="text-muted">{t('settings.retention_text')}</p>
        <div className="grid gap-4 tab:grid-cols-2">
          {terms.map((one) => {
            const bounds = { least: one.least, most: one.most };
            return (
              <TextField
                key={one.term}
                label={t(`settings.retention_${one.term}`)}
                help={t('settings.retention_bounds', bounds)}
                error={wrong(one, text(one)) ? t('settings.retention_wrong', bounds) : null}
                inputMode="numeric"
                value={texts[one.term] ?? ''}
                maxLength={3}
                readOnly={!may}
                onChange={(event) => setTexts({ ...texts, [one.term]: event.target.value })}
              />
            );
          })}
        </div>
        {error != null && <ProblemNotice error={error} />}
        <Button
          kind="primary"
          type="submit"
          className="justify-self-start"
          sends
          busy={busy}
          offBecause={!may ? t('settings.may_not') : changed.length > 0 && !bad ? null : t('settings.nothing_changed')}
        >
          {t('ui.save')}
        </Button>
      </form>
    </Section>
  );
}
