import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call } from '~/api/client';
import type { Platform } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { platforms } from '~/app/search';
import { platformName } from '~/app/stores';
import { useLanguage, useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Dialog } from '~/ui/Dialog';
import { TextField } from '~/ui/Field';
import { SelectField } from '~/ui/Select';
import { TimeZoneField } from '~/ui/TimeZoneField';

/** Markets of the three platforms, with the zone of their capital. */
const markets: Record<string, string> = {
  ID: 'Asia/Jakarta',
  MY: 'Asia/Kuala_Lumpur',
  PH: 'Asia/Manila',
  SG: 'Asia/Singapore',
  TH: 'Asia/Bangkok',
  VN: 'Asia/Ho_Chi_Minh',
  TW: 'Asia/Taipei',
  BR: 'America/Sao_Paulo',
  MX: 'America/Mexico_City',
  GB: 'Europe/London',
  US: 'America/New_York',
  DE: 'Europe/Berlin',
  ES: 'Europe/Madrid',
  FR: 'Europe/Paris',
  IE: 'Europe/Dublin',
  IT: 'Europe/Rome',
  JP: 'Asia/Tokyo',
};

/** A store that is not connected: its orders come from files. */
export function AddStore({ onClose, onAdded }: { onClose: () => void; onAdded: (id: string) => void }) {
  const t = useT();
  const language = useLanguage();
  const client = useQueryClient();
  const [platform, setPlatform] = useState<Platform>('tiktok_shop');
  const [name, setName] = useState('');
  const [region, setRegion] = useState('TH');
  const [zone, setZone] = useState('Asia/Bangkok');
  const [checked, setChecked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const regionNames = new Intl.DisplayNames(language, { type: 'region' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (name.trim() === '') return;
    setBusy(true);
    setError(null);
    try {
      const store = await call(() =>
        api.POST('/stores', { body: { platform, name: name.trim(), region, time_zone: zone } }),
      );
      await client.invalidateQueries({ queryKey: ['stores'] });
      client.invalidateQueries({ queryKey: ['overview'] });
      onAdded(store.id);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('stores.add')}
      description={t('stores.add_text')}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" type="submit" form="add-store" sends busy={busy}>
            {t('stores.add')}
          </Button>
        </>
      }
    >
      <form id="add-store" noValidate className="grid gap-4" onSubmit={submit}>
        <TextField
          label={t('stores.name')}
          help={t('stores.name_help')}
          error={checked && name.trim() === '' ? t('stores.name_missing') : null}
          value={name}
          maxLength={100}
          autoFocus
          onChange={(event) => setName(event.target.value)}
        />
        <div className="grid gap-4 tab:grid-cols-2">
          <SelectField
            label={t('stores.platform')}
            value={platform}
            options={platforms.map((value) => ({ value, label: platformName[value] }))}
            onChange={(event) => setPlatform(event.target.value as Platform)}
          />
          <SelectField
            label={t('stores.market')}
            value={region}
            options={Object.keys(markets).map((value) => ({ value, label: `${regionNames.of(value)} (${value})` }))}
            onChange={(event) => {
              setRegion(event.target.value);
              setZone(markets[event.target.value] ?? zone);
            }}
          />
        </div>
        <TimeZoneField label={t('stores.time_zone')} value={zone} onChange={setZone} />
        {error != null && <ProblemNotice error={error} />}
      </form>
    </Dialog>
  );
}
