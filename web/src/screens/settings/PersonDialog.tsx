import { useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { Problem } from '~/api/problem';
import type { Person } from '~/api/queries';
import { FormDialog } from '~/app/FormDialog';
import { problemText } from '~/app/problem-text';
import { platformName, useStores } from '~/app/stores';
import { useT } from '~/app/words';
import { Checkbox, RadioGroup, TextField } from '~/ui/Field';
import { useSave } from '~/ui/use-save';
import { roles } from './People';

type Role = Schemas['Role'];

/** Adds a person, or changes role, stores and access of one. */
export function PersonDialog({
  person,
  self,
  onClose,
  onSaved,
}: {
  person: Person | null;
  /** One cannot take away one's own role or access: somebody else has to. */
  self: boolean;
  onClose: () => void;
  onSaved: (invitation: Schemas['Invitation'] | null) => void;
}) {
  const t = useT();
  const stores = [...useStores().values()];
  const { busy, error, save } = useSave();
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>(person?.role ?? 'support');
  const [some, setSome] = useState((person?.stores.length ?? 0) > 0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(person?.stores));
  const [disabled, setDisabled] = useState(person?.disabled ?? false);
  const [checked, setChecked] = useState(false);
  const fieldError = (field: string) => (error instanceof Problem && error.field === field ? problemText(error) : null);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const noStore = some && chosen.size === 0;
  const submit = async () => {
    setChecked(true);
    if (noStore || (!person && (login.trim() === '' || name.trim() === ''))) return;
    const limits = { role, stores: some ? [...chosen] : [] };
    await save(async () => {
      if (person) {
        await call(() =>
          api.PATCH('/people/{person}', { params: { path: { person: person.id } }, body: { ...limits, disabled } }),
        );
        onSaved(null);
      } else {
        onSaved(await call(() => api.POST('/people', { body: { ...limits, login: login.trim(), name: name.trim() } })));
      }
    });
  };
  return (
    <FormDialog
      title={person ? t('settings.edit_person_of', { name: person.name }) : t('settings.add_person')}
      description={person ? person.login : t('settings.add_person_text')}
      submit={person ? t('ui.save') : t('settings.make_link')}
      busy={busy}
      error={fieldError('login') || fieldError('name') ? null : error}
      offBecause={self ? t('settings.not_yourself') : null}
      onSubmit={submit}
      onClose={onClose}
    >
      {!person && (
        <>
          <TextField
            label={t('settings.person_name')}
            error={fieldError('name') ?? (checked && name.trim() === '' ? t('settings.my_name_missing') : null)}
            value={name}
            maxLength={100}
            autoFocus
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label={t('settings.person_login')}
            help={t('settings.person_login_help')}
            error={fieldError('login') ?? (checked && login.trim() === '' ? t('settings.person_login_missing') : null)}
            value={login}
            maxLength={200}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setLogin(event.target.value)}
          />
        </>
      )}
      <RadioGroup<Role>
        label={t('settings.role')}
        value={role}
        options={roles.map((value) => ({
          value,
          label: t(`settings.role_${value}`),
          help: t(`settings.role_${value}_text`),
        }))}
        onChange={setRole}
      />
      <RadioGroup
        label={t('settings.which_stores')}
        value={some ? 'some' : 'all'}
        options={[
          { value: 'all', label: t('shell.all_stores') },
          { value: 'some', label: t('settings.only_some') },
        ]}
        onChange={(value) => setSome(value === 'some')}
      />
      {some && (
        <div className="max-h-48 overflow-y-auto rounded border p-2">
          {stores.map((store) => (
            <Checkbox
              key={store.id}
              label={`${store.name} · ${platformName[store.platform]} ${store.region}`}
              checked={chosen.has(store.id)}
              onChange={() => toggle(store.id)}
            />
          ))}
        </div>
      )}
      {checked && noStore && (
        <p role="alert" className="text-critical">
          {t('settings.choose_stores')}
        </p>
      )}
      {person && (
        <Checkbox
          label={t('settings.disable')}
          help={t('settings.disable_help')}
          checked={disabled}
          onChange={(event) => setDisabled(event.target.checked)}
        />
      )}
    </FormDialog>
  );
}
