import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { ordersQuery } from '~/api/orders';
import { load, save } from '~/app/local';
import { ProblemNotice } from '~/app/problem-text';
import type { OrderSearch } from '~/app/search';
import { useMay } from '~/app/session';
import { staleAfterMs, useStores } from '~/app/stores';
import { usePhone } from '~/app/use-media';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { ColumnsMenu } from '~/ui/ColumnsMenu';
import { type ColumnChoice, DataTable } from '~/ui/DataTable';
import { Notice } from '~/ui/Notice';
import { PageHead } from '~/ui/Page';
import { Skeleton } from '~/ui/Skeleton';
import { Tabs } from '~/ui/Tabs';
import { StaleClock } from '~/ui/Time';
import { BatchBar } from './BatchBar';
import { orderColumns, PhoneRow } from './columns';
import { FilterBar } from './FilterBar';
import { filterOf, hasFilter } from './filter';
import { NoOrders } from './NoOrders';
import { OrderDrawer } from './OrderDrawer';
import { ViewsMenu } from './ViewsMenu';

const startChoice: ColumnChoice = { hidden: ['ship_by'], order: [], pinned: ['order'] };

/** All orders of all stores, in server windows of 200; what is filtered stands in the address. */
export default function Orders() {
  const t = useT();
  const search = useSearch({ from: '/orders' });
  const navigate = useNavigate({ from: '/orders' });
  const stores = useStores();
  const mayImport = useMay('import_data');
  const phone = usePhone();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [choice, setChoice] = useState(() => load<ColumnChoice>('orders.columns', startChoice));

  const { store, tab, platform, status, search: text, days } = search;
  const filter = useMemo(
    () => filterOf({ store, tab, platform, status, search: text, days }, Date.now()),
    [store, tab, platform, status, text, days],
  );
  const { data, error, isPlaceholderData, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    ...ordersQuery(filter),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  const head = data?.pages[0];
  const columns = useMemo(() => orderColumns(t, stores), [t, stores]);

  const change = useCallback(
    (next: Partial<OrderSearch> & { store?: string }) => {
      setSelected(new Set());
      navigate({ search: (before) => ({ ...before, order: undefined, ...next }), replace: true });
    },
    [navigate],
  );
  const open = useCallback(
    (order: string | undefined) => navigate({ search: (before) => ({ ...before, order }) }),
    [navigate],
  );
  const choose = (next: ColumnChoice) => {
    setChoice(next);
    save('orders.columns', next);
  };
  const unread = (head?.unread_stores ?? []).map((id) => stores.get(id)?.name ?? id);

  return (
    <>
      <PageHead
        title={t('orders.title')}
        note={head && <StaleClock at={head.as_of} staleAfterMs={staleAfterMs} />}
        actions={
          <>
            <ViewsMenu
              search={search}
              choice={choice}
              onApply={(next, columnChoice) => {
                choose(columnChoice);
                setSelected(new Set());
                navigate({ search: next });
              }}
            />
            {!phone && <ColumnsMenu columns={columns} choice={choice} onChange={choose} />}
            {mayImport && (
              <Button asChild>
                <Link to="/orders/import">{t('orders.import')}</Link>
              </Button>
            )}
          </>
        }
      />
      <Tabs
        label={t('orders.tabs')}
        value={filter.tab}
        onChange={(next) => change({ tab: next as OrderSearch['tab'], status: undefined })}
        tabs={(['unpaid', 'to_ship', 'abnormal', 'all'] as const).map((value) => ({
          value,
          label: t(`orders.tab_${value}`),
          count: head?.counts[value],
        }))}
      >
        <div className="border-b px-4 py-2">
          {selected.size > 0 ? (
            <BatchBar rows={rows} selected={selected} onClear={() => setSelected(new Set())} />
          ) : (
            <FilterBar search={search} onChange={change} />
          )}
        </div>
        {unread.length > 0 && (
          <div className="px-4 py-2">
            <Notice
              severity="medium"
              title={t('orders.unread_stores', { count: unread.length })}
              action={
                <Button asChild>
                  <Link to="/stores">{t('orders.see_stores')}</Link>
                </Button>
              }
            >
              {unread.join(', ')}
            </Notice>
          </div>
        )}
        {error && (
          <div className="px-4 py-2">
            <ProblemNotice error={error} title={t('orders.unreadable')} onRetry={() => refetch()} />
          </div>
        )}
        {!data && !error && <Skeleton rows={16} columns={7} className="px-4" />}
        {data && rows.length === 0 && (
          <NoOrders
            tab={filter.tab}
            filtered={hasFilter(search)}
            everHad={(head?.counts.all ?? 0) > 0}
            checkedAt={head?.as_of ?? null}
            search={search}
            onChange={change}
          />
        )}
        {rows.length > 0 && (
          <DataTable
            label={t('orders.title')}
            columns={columns}
            choice={choice}
            rows={rows}
            rowId={(row) => row.id}
            rowName={(row) => t('orders.row_name', { number: row.ext_id })}
            total={head?.total ?? null}
            hasMore={hasNextPage}
            loadingMore={isFetchingNextPage}
            onMore={fetchNextPage}
            openId={search.order ?? null}
            onOpen={open}
            selected={selected}
            onSelect={setSelected}
            phoneRow={(row) => <PhoneRow order={row} store={stores.get(row.store)} />}
            className={isPlaceholderData ? 'opacity-60' : undefined}
          />
        )}
        {rows.length > 0 && (
          <p role="status" className="border-t px-4 py-1.5 text-muted text-small">
            {head?.total === undefined
              ? t('orders.loaded', { count: rows.length })
              : t('orders.loaded_of', { count: rows.length, total: head.total })}
          </p>
        )}
      </Tabs>
      {search.order && <OrderDrawer id={search.order} onClose={() => open(undefined)} />}
    </>
  );
}
