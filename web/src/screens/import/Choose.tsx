import { Link, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { platformName, useStores } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Empty } from '~/ui/Empty';
import { FileDrop } from '~/ui/FileDrop';
import { SelectField } from '~/ui/Select';

export function Choose({ busy, onRead }: { busy: boolean; onRead: (store: string, file: File) => void }) {
  const t = useT();
  const stores = [...useStores().values()];
  const { store: scoped } = useSearch({ strict: false });
  const [store, setStore] = useState(scoped ?? (stores.length === 1 ? (stores[0]?.id ?? '') : ''));
  const [file, setFile] = useState<File | null>(null);
  const [checked, setChecked] = useState(false);
  if (stores.length === 0) {
    return (
      <Empty
        title={t('import.no_store')}
        action={
          <Button kind="primary" asChild>
            <Link to="/stores" search={{ connect: 'plain' }}>
              {t('import.add_store')}
            </Link>
          </Button>
        }
      >
        {t('import.no_store_text')}
      </Empty>
    );
  }
  return (
    <form
      noValidate
      className="grid max-w-xl gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (store && file) onRead(store, file);
      }}
    >
      <p className="text-muted">{t('import.text')}</p>
      <SelectField
        label={t('import.store')}
        help={t('import.store_help')}
        error={checked && !store ? t('import.store_missing') : null}
        value={store}
        options={[
          { value: '', label: t('import.choose_store') },
          ...stores.map((one) => ({
            value: one.id,
            label: `${one.name} · ${platformName[one.platform]} ${one.region}`,
          })),
        ]}
        onChange={(event) => setStore(event.target.value)}
      />
      <FileDrop label={t('import.file')} accept=".csv,text/csv" help={t('import.file_help')} onFile={setFile} />
      {file && (
        <p role="status">
          {t('import.chosen')} <strong>{file.name}</strong>
        </p>
      )}
      {checked && !file && (
        <p role="alert" className="-mt-2 text-critical">
          {t('import.file_missing')}
        </p>
      )}
      <Button kind="primary" type="submit" className="justify-self-start" sends busy={busy}>
        {t('import.read')}
      </Button>
    </form>
  );
}
