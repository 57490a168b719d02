import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { sessionQuery, settingsQuery } from '~/api/queries';
import { formatNumber } from '~/app/format';
import { languages } from '~/app/languages';
import { ProblemNotice } from '~/app/problem-text';
import { useMay, useSession } from '~/app/session';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Facts, Section } from '~/ui/Drawer';
import { TextField } from '~/ui/Field';
import { Notice } from '~/ui/Notice';
import { SelectField } from '~/ui/Select';
import { Skeleton } from '~/ui/Skeleton';
import { TimeZoneField } from '~/ui/TimeZoneField';
import { toast } from '~/ui/Toast';
import { useSave } from '~/ui/use-save';
import { Retention } from './Retention';

type Choices = Schemas['Settings'];

const gigabyte = 1e9;
const littleSpace = 5 * gigabyte;

export function General() {
  const t = useT();
  const { data, error, refetch } = useQuery(settingsQuery);
  if (error) return <ProblemNotice error={error} title={t('settings.unreadable')} onRetry={() => refetch()} />;
  if (!data) return <Skeleton rows={8} />;
  return (
    <>
      <Form key={JSON.stringify(data)} settings={data} />
      <Retention key={JSON.stringify(data.retention)} terms={data.retention} />
      <About settings={data} />
    </>
  );
}

function Form({ settings }: { settings: Choices }) {
  const t = useT();
  const client = useQueryClient();
  const may = useMay('edit_settings');
  const { busy, error, save } = useSave();
  const [team, setTeam] = useState(settings.team_name);
  const [language, setLanguage] = useState(settings.language);
  const [zone, setZone] = useState(settings.time_zone);
  const changed = team.trim() !== settings.team_name || language !== settings.language || zone !== settings.time_zone;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (team.trim() === '') return;
    const body = { team_name: team.trim(), language, time_zone: zone };
    const saved = await save(async () => {
      const now = await call(() => api.PATCH('/settings', { body }));
      client.setQueryData(settingsQuery.queryKey, now);
      client.invalidateQueries({ queryKey: sessionQuery.queryKey });
    });
    if (saved) toast(t('ui.saved'));
  };
  return (
    <Section title={t('settings.team_section')}>
      <form noValidate className="grid gap-4" onSubmit={submit}>
        <TextField
          label={t('settings.team_name')}
          error={team.trim() === '' ? t('settings.team_name_missing') : null}
          value={team}
          maxLength={100}
          readOnly={!may}
          onChange={(event) => setTeam(event.target.value)}
        />
        <div className="grid gap-4 tab:grid-cols-2">
          <SelectField
            label={t('settings.team_language')}
            help={t('settings.team_language_help')}
            value={language}
            options={languages.map(({ code, name }) => ({ value: code, label: name }))}
            onChange={(event) => setLanguage(event.target.value as Choices['language'])}
          />
          <TimeZoneField
            label={t('settings.time_zone')}
            help={t('settings.team_zone_help')}
            value={zone}
            onChange={setZone}
          />
        </div>
        {error != null && <ProblemNotice error={error} />}
        <Button
          kind="primary"
          type="submit"
          className="justify-self-start"
          sends
          busy={busy}
          offBecause={!may ? t('settings.may_not') : changed ? null : t('settings.nothing_changed')}
        >
          {t('ui.save')}
        </Button>
      </form>
    </Section>
  );
}

function About({ settings }: { settings: Choices }) {
  const t = useT();
  const version = useSession()?.version ?? '';
  const free = settings.data_folder_free_bytes;
  return (
    <Section title={t('settings.about')}>
      <Facts
        rows={[
          [t('settings.version'), version],
          [t('settings.rules'), settings.rules_version],
          [t('settings.database'), settings.database === 'postgresql' ? 'PostgreSQL' : 'SQLite'],
          [
            t('settings.address'),
            <span key="url" className="font-mono">
              {settings.public_url ?? location.origin}
            </span>,
          ],
          [
            t('settings.free_space'),
            free === undefined ? t('ui.severity_unknown') : `${formatNumber(Math.round(free / gigabyte))} GB`,
          ],
        ]}
      />
      {free !== undefined && free < littleSpace && (
        <div className="mt-3">
          <Notice severity="high" title={t('settings.little_space')}>
            {t('settings.little_space_text')}
          </Notice>
        </div>
      )}
    </Section>
  );
}
