import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call } from '~/api/client';
import type { Store } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useMay } from '~/app/session';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Section } from '~/ui/Drawer';
import { TextField } from '~/ui/Field';
import { TimeZoneField } from '~/ui/TimeZoneField';
import { toast } from '~/ui/Toast';
import { useSave } from '~/ui/use-save';

/** What the team calls the store, and its time zone. */
export function EditStore({ store }: { store: Store }) {
  const t = useT();
  const client = useQueryClient();
  const may = useMay('edit_store');
  const [name, setName] = useState(store.name);
  const [zone, setZone] = useState(store.time_zone);
  const { busy, error, save } = useSave();
  if (!may) return null;
  const changed = name.trim() !== store.name || zone !== store.time_zone;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    const body = { version: store.version, name: name.trim(), time_zone: zone };
    const change = () => call(() => api.PATCH('/stores/{store}', { params: { path: { store: store.id } }, body }));
    if (await save(change)) toast(t('ui.saved'));
    client.invalidateQueries({ queryKey: ['stores'] });
  };
  return (
    <Section title={t('stores.edit')}>
      <form noValidate className="grid gap-3" onSubmit={submit}>
        <TextField
          label={t('stores.name')}
          error={name.trim() === '' ? t('stores.name_missing') : null}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        <TimeZoneField label={t('stores.time_zone')} value={zone} onChange={setZone} />
        {error != null && <ProblemNotice error={error} />}
        <Button
          type="submit"
          className="justify-self-start"
          sends
          busy={busy}
          offBecause={changed ? null : t('stores.nothing_changed')}
        >
          {t('ui.save')}
        </Button>
      </form>
    </Section>
  );
}
