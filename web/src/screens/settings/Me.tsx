import { type FormEvent, useState } from 'react';
import { api, call } from '~/api/client';
import { Problem } from '~/api/problem';
import { languages } from '~/app/languages';
import { type Density, setPreference, type Theme, usePreferences } from '~/app/preferences';
import { ProblemNotice, problemText } from '~/app/problem-text';
import { saveMe, useSession } from '~/app/session';
import { setLanguage, useLanguage, useT } from '~/app/words';
import { NewPassword } from '~/screens/sign-in/NewPassword';
import { Button } from '~/ui/Button';
import { Section } from '~/ui/Drawer';
import { RadioGroup, SecretField, TextField } from '~/ui/Field';
import { SelectField } from '~/ui/Select';
import { TimeZoneField } from '~/ui/TimeZoneField';
import { toast } from '~/ui/Toast';
import { useSave } from '~/ui/use-save';
import { SecondFactor } from './SecondFactor';
import { Sessions } from './Sessions';

export function Me() {
  return (
    <>
      <Choices />
      <Password />
      <SecondFactor />
      <Sessions />
    </>
  );
}

/** How the console looks and speaks to this person. Each choice is saved at once. */
function Choices() {
  const t = useT();
  const person = useSession()?.person;
  const language = useLanguage();
  const { theme, density } = usePreferences();
  const { busy, error, save } = useSave();
  const [name, setName] = useState(person?.name ?? '');
  if (!person) return null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() === '') return;
    if (await save(() => saveMe({ name: name.trim() }))) toast(t('ui.saved'));
  };
  return (
    <Section title={t('settings.me_section')}>
      <div className="grid gap-4">
        <form noValidate className="flex flex-wrap items-end gap-2" onSubmit={submit}>
          <TextField
            label={t('settings.my_name')}
            className="min-w-0 grow basis-56"
            error={name.trim() === '' ? t('settings.my_name_missing') : null}
            value={name}
            maxLength={100}
            autoComplete="name"
            onChange={(event) => setName(event.target.value)}
          />
          <Button
            type="submit"
            sends
            busy={busy}
            offBecause={name.trim() === person.name ? t('settings.nothing_changed') : null}
          >
            {t('ui.save')}
          </Button>
        </form>
        <div className="grid gap-4 tab:grid-cols-2">
          <SelectField
            label={t('shell.language')}
            value={language}
            options={languages.map(({ code, name: label }) => ({ value: code, label }))}
            onChange={(event) => {
              const next = event.target.value as typeof language;
              setLanguage(next).then(() => save(() => saveMe({ language: next })));
            }}
          />
          <TimeZoneField
            label={t('settings.time_zone')}
            help={t('settings.my_zone_help')}
            value={person.time_zone}
            empty={t('settings.zone_of_browser')}
            onChange={(zone) => save(() => saveMe({ time_zone: zone }))}
          />
        </div>
        <RadioGroup<Theme>
          label={t('shell.theme')}
          value={theme}
          options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`shell.theme_${value}`) }))}
          onChange={(next) => {
            setPreference('theme', next);
            save(() => saveMe({ theme: next }));
          }}
        />
        <RadioGroup<Density>
          label={t('settings.density')}
          value={density}
          options={(['compact', 'normal', 'roomy'] as const).map((value) => ({
            value,
            label: t(`settings.density_${value}`),
          }))}
          onChange={(next) => {
            setPreference('density', next);
            save(() => saveMe({ density: next }));
          }}
        />
        {error != null && <ProblemNotice error={error} />}
      </div>
    </Section>
  );
}

function Password() {
  const t = useT();
  const person = useSession()?.person;
  const { busy, error, save } = useSave();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [checked, setChecked] = useState(false);
  const fieldError = (field: string) => (error instanceof Problem && error.field === field ? problemText(error) : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (current === '' || next === '') return;
    if (!(await save(() => call(() => api.POST('/me/password', { body: { current, new: next } }))))) return;
    setCurrent('');
    setNext('');
    setChecked(false);
    toast(t('settings.password_changed'));
  };
  return (
    <Section title={t('settings.password')}>
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <input type="hidden" autoComplete="username" value={person?.login ?? ''} readOnly />
        <SecretField
          label={t('settings.current_password')}
          error={fieldError('current') ?? (checked && current === '' ? t('settings.current_password_missing') : null)}
          value={current}
          maxLength={1024}
          autoComplete="current-password"
          onChange={(event) => setCurrent(event.target.value)}
        />
        <NewPassword
          label={t('settings.new_password')}
          least={12}
          value={next}
          onChange={setNext}
          context={[person?.login ?? '', person?.name ?? '']}
          error={fieldError('new') ?? (checked && next === '' ? t('settings.new_password_missing') : null)}
        />
        {error != null && !fieldError('current') && !fieldError('new') && <ProblemNotice error={error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" sends busy={busy}>
            {t('settings.change_password')}
          </Button>
          <span className="text-muted">{t('settings.password_ends_others')}</span>
        </div>
      </form>
    </Section>
  );
}
