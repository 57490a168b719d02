import { platforms, type ReturnSearch, returnKinds, returnStatuses } from '~/app/search';
import { platformName } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Select } from '~/ui/Select';

export type Filters = ReturnSearch & { store?: string };
export type Change = (next: Partial<Filters>) => void;

export const noFilter: Partial<Filters> = {
  store: undefined,
  platform: undefined,
  kind: undefined,
  status: undefined,
};

/** Whether anything but the tab narrows the list. */
export const hasFilter = (search: Filters) => !!(search.store || search.platform || search.kind || search.status);

export function FilterBar({ search, onChange }: { search: Filters; onChange: Change }) {
  const t = useT();
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        aria-label={t('orders.platform')}
        className="w-auto"
        value={search.platform ?? ''}
        options={[
          { value: '', label: t('orders.any_platform') },
          ...platforms.map((value) => ({ value, label: platformName[value] })),
        ]}
        onChange={(event) => onChange({ platform: (event.target.value || undefined) as Filters['platform'] })}
      />
      <Select
        aria-label={t('returns.kind')}
        className="w-auto"
        value={search.kind ?? ''}
        options={[
          { value: '', label: t('returns.any_kind') },
          ...returnKinds.map((value) => ({ value, label: t(`returns.kind_${value}`) })),
        ]}
        onChange={(event) => onChange({ kind: (event.target.value || undefined) as Filters['kind'] })}
      />
      {search.tab === 'all' && (
        <Select
          aria-label={t('orders.status')}
          className="w-auto"
          value={search.status ?? ''}
          options={[
            { value: '', label: t('orders.any_status') },
            ...returnStatuses.map((value) => ({ value, label: t(`returns.status_${value}`) })),
          ]}
          onChange={(event) => onChange({ status: (event.target.value || undefined) as Filters['status'] })}
        />
      )}
      {hasFilter(search) && (
        <Button kind="quiet" onClick={() => onChange(noFilter)}>
          {t('ui.clear')}
        </Button>
      )}
    </div>
  );
}
