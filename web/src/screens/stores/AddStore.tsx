import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '~/api/client';
import type { Platform } from '~/api/queries';
import { FormDialog } from '~/app/FormDialog';
import { platforms } from '~/app/search';
import { platformName } from '~/app/stores';
import { useLanguage, useT } from '~/app/words';
import { TextField } from '~/ui/Field';
import { SelectField } from '~/ui/Select';
import { TimeZoneField } from '~/ui/TimeZoneField';
import { useSave } from '~/ui/use-save';

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
  const { busy, error, save } = useSave();
  const regionNames = new Intl.DisplayNames(language, { type: 'region' });
  const submit = async () => {
    setChecked(true);
    if (name.trim() === '') return;
    await save(async () => {
      const store = await call(() =>
        api.POST('/stores', { body: { platform, name: name.trim(), region, time_zone: zone } }),
      );
      await client.invalidateQueries({ queryKey: ['stores'] });
      client.invalidateQueries({ queryKey: ['overview'] });
      onAdded(store.id);
    });
  };
  return (
    <FormDialog
      title={t('stores.add')}
      description={t('stores.add_text')}
      submit={t('stores.add')}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
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
    </FormDialog>
  );
}
