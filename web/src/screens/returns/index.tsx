import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type ReturnFilter, type ReturnTab, returnsQuery } from '~/api/returns';
import { ProblemNotice } from '~/app/problem-text';
import { useMay } from '~/app/session';
import { staleAfterMs, useStores } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { type ColumnChoice, DataTable } from '~/ui/DataTable';
import { Empty } from '~/ui/Empty';
import { Notice } from '~/ui/Notice';
import { PageHead } from '~/ui/Page';
import { Skeleton } from '~/ui/Skeleton';
import { Tabs } from '~/ui/Tabs';
import { StaleClock, Time } from '~/ui/Time';
import { PhoneRow, returnColumns } from './columns';
import { type Change, FilterBar, type Filters, hasFilter, noFilter } from './FilterBar';
import { ReturnDrawer } from './ReturnDrawer';

const choice: ColumnChoice = { hidden: [], order: [], pinned: ['left'] };

/** Returns, refunds and cancellations of all stores: what must be answered first on top. */
export default function Returns() {
  const t = useT();
  const search = useSearch({ from: '/returns' });
  const navigate = useNavigate({ from: '/returns' });
  const stores = useStores();
  const { store, tab = 'to_answer', platform, kind, status } = search;
  const filter = useMemo<ReturnFilter>(
    () => ({
      tab,
      ...(store && { store }),
      ...(platform && { platform }),
      ...(kind && { kind }),
      ...(tab === 'all' && status && { status }),
    }),
    [store, tab, platform, kind, status],
  );
  const { data, error, isPlaceholderData, isFetchingNextPage, hasNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    ...returnsQuery(filter),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  const head = data?.pages[0];
  const columns = useMemo(() => returnColumns(t, stores), [t, stores]);
  const change = useCallback<Change>(
    (next) => navigate({ search: (before) => ({ ...before, one: undefined, ...next }), replace: true }),
    [navigate],
  );
  const open = useCallback(
    (one: string | undefined) => navigate({ search: (before) => ({ ...before, one }) }),
    [navigate],
  );
  const unread = (head?.unread_stores ?? []).map((id) => stores.get(id)?.name ?? id);

  return (
    <>
      <PageHead title={t('returns.title')} note={head && <StaleClock at={head.as_of} staleAfterMs={staleAfterMs} />} />
      <Tabs
        label={t('returns.tabs')}
        value={tab}
        onChange={(next) => change({ tab: next as ReturnTab, status: undefined })}
        tabs={[
          { value: 'to_answer', label: t('returns.tab_to_answer'), count: head?.counts.to_answer },
          { value: 'due', label: t('returns.tab_due'), count: head?.counts.due },
          { value: 'all', label: t('returns.tab_all') },
        ]}
      >
        <div className="border-b px-4 py-2">
          <FilterBar search={search} onChange={change} />
        </div>
        {unread.length > 0 && (
          <div className="px-4 py-2">
            <Notice
              severity="medium"
              title={t('returns.unread_stores', { count: unread.length })}
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
            <ProblemNotice error={error} title={t('returns.unreadable')} onRetry={() => refetch()} />
          </div>
        )}
        {!data && !error && <Skeleton rows={16} columns={7} className="px-4" />}
        {head && rows.length === 0 && (
          <NoReturns search={search} tab={tab} asOf={head.as_of} unread={unread.length > 0} onChange={change} />
        )}
        {rows.length > 0 && (
          <DataTable
            label={t('returns.title')}
            columns={columns}
            choice={choice}
            rows={rows}
            rowId={(row) => row.id}
            rowName={(row) => t('returns.row_name', { number: row.ext_id })}
            total={null}
            hasMore={hasNextPage}
            loadingMore={isFetchingNextPage}
            onMore={fetchNextPage}
            openId={search.one ?? null}
            onOpen={open}
            phoneRow={(row) => <PhoneRow one={row} store={stores.get(row.store)} />}
            className={isPlaceholderData ? 'opacity-60' : undefined}
          />
        )}
      </Tabs>
      {search.one && <ReturnDrawer id={search.one} onClose={() => open(undefined)} />}
    </>
  );
}

/** Why the list is empty; good news only when every store could be read. */
function NoReturns({
  search,
  tab,
  asOf,
  unread,
  onChange,
}: {
  search: Filters;
  tab: ReturnTab;
  asOf: string;
  unread: boolean;
  onChange: Change;
}) {
  const t = useT();
  const stores = useStores();
  const mayConnect = useMay('connect_store');
  if (hasFilter(search)) {
    return (
      <Empty
        title={t('returns.none_match')}
        action={<Button onClick={() => onChange(noFilter)}>{t('ui.clear')}</Button>}
      />
    );
  }
  if (stores.size === 0) {
    return (
      <Empty
        title={t('returns.no_store')}
        action={
          mayConnect && (
            <Button kind="primary" asChild>
              <Link to="/stores" search={{ connect: 'new' }}>
                {t('orders.connect')}
              </Link>
            </Button>
          )
        }
      />
    );
  }
  return (
    <Empty good={tab !== 'all' && !unread} title={t(`returns.none_${tab}`)}>
      {t('orders.last_read')} <Time at={asOf} />
    </Empty>
  );
}
