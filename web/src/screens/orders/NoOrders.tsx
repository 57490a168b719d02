import { Link } from '@tanstack/react-router';
import type { OrderTab } from '~/api/orders';
import type { OrderSearch } from '~/app/search';
import { useMay } from '~/app/session';
import { useStores } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Empty } from '~/ui/Empty';
import { Time } from '~/ui/Time';
import { type Change, FilterChips } from './FilterBar';
import { noFilter } from './filter';

/** Why the list is empty: filtered away, nothing of this kind, or nothing ever. */
export function NoOrders({
  tab,
  filtered,
  everHad,
  checkedAt,
  search,
  onChange,
}: {
  tab: OrderTab;
  filtered: boolean;
  everHad: boolean;
  checkedAt: string | null;
  search: OrderSearch & { store?: string };
  onChange: Change;
}) {
  const t = useT();
  const stores = useStores();
  const mayConnect = useMay('connect_store');
  const mayImport = useMay('import_data');
  if (filtered) {
    return (
      <Empty
        title={t('orders.none_match')}
        action={<Button onClick={() => onChange(noFilter)}>{t('ui.clear')}</Button>}
      >
        <span className="flex flex-wrap justify-center gap-2">
          <FilterChips search={search} onChange={onChange} />
        </span>
      </Empty>
    );
  }
  if (everHad && tab !== 'all') {
    return (
      <Empty good title={t(`orders.none_${tab}`)}>
        {checkedAt && (
          <>
            {t('orders.last_read')} <Time at={checkedAt} />
          </>
        )}
      </Empty>
    );
  }
  const connected = stores.size > 0;
  return (
    <Empty
      title={connected ? t('orders.none_yet') : t('orders.no_store')}
      action={
        <>
          {mayConnect && !connected && (
            <Button kind="primary" asChild>
              <Link to="/stores" search={{ connect: 'new' }}>
                {t('orders.connect')}
              </Link>
            </Button>
          )}
          {mayConnect && !connected && (
            <Button asChild>
              <Link to="/stores" search={{ connect: 'plain' }}>
                {t('orders.add_store')}
              </Link>
            </Button>
          )}
          {mayImport && connected && (
            <Button asChild>
              <Link to="/orders/import">{t('orders.import')}</Link>
            </Button>
          )}
        </>
      }
    >
      {connected ? t('orders.none_yet_text') : t('orders.no_store_text')}
    </Empty>
  );
}
