import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { peopleQuery } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useMay } from '~/app/session';
import { useStores } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { DataTable } from '~/ui/DataTable';
import { Empty } from '~/ui/Empty';
import { PageHead } from '~/ui/Page';
import { Select } from '~/ui/Select';
import { Skeleton } from '~/ui/Skeleton';
import { auditColumns, PhoneRow } from './columns';
import { EntryDrawer } from './EntryDrawer';
import { actorText, entryText, kinds, kindText } from './entry';
import { LogState } from './LogState';

type Row = Schemas['AuditRow'];

const dayMs = 86_400_000;
const windowSize = 200;
const rowKey = (row: Row) => (row.position >= 0 ? String(row.position) : `${row.at}${row.kind}${row.object}`);

/** Who did what, newest first; entries are never changed. Above them, whether the log is still whole. */
export default function Audit() {
  const t = useT();
  const search = useSearch({ from: '/audit' });
  const navigate = useNavigate({ from: '/audit' });
  const stores = useStores();
  const mayPeople = useMay('view_people');
  const { data: people } = useQuery({ ...peopleQuery, enabled: mayPeople });
  const { person, kind, store, days } = search;
  const query = useMemo(() => {
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000;
    return { person, kind, store, ...(days && { from: new Date(hour - Number(days) * dayMs).toISOString() }) };
  }, [person, kind, store, days]);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    queryKey: ['audit', query],
    queryFn: ({ pageParam, signal }) =>
      call(() => api.GET('/audit', { params: { query: { ...query, cursor: pageParam, limit: windowSize } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  const names = useMemo(() => new Map(people?.rows.map((one) => [one.id, one.name])), [people]);
  const columns = useMemo(() => auditColumns(t, stores, names), [t, stores, names]);
  const set = (next: Partial<typeof search>) =>
    navigate({ search: (before) => ({ ...before, entry: undefined, ...next }), replace: true });
  const filtered = !!(person || kind || days || store);
  const open = rows.find((row) => rowKey(row) === search.entry);
  return (
    <>
      <PageHead title={t('audit.title')} />
      <div className="grid gap-3 border-b px-4 pb-3">
        {data?.pages[0] && <LogState check={data.pages[0].check} onChecked={() => refetch()} />}
        <div className="flex flex-wrap gap-2">
          {people && (
            <Select
              aria-label={t('audit.who')}
              className="w-auto max-w-64"
              value={person ?? ''}
              options={[
                { value: '', label: t('audit.everyone') },
                ...people.rows.map((one) => ({ value: one.id, label: one.name })),
              ]}
              onChange={(event) => set({ person: event.target.value || undefined })}
            />
          )}
          <Select
            aria-label={t('audit.what')}
            className="w-auto max-w-64"
            value={kind ?? ''}
            options={[
              { value: '', label: t('audit.everything') },
              ...kinds.map((value) => ({ value, label: kindText(t, value) })),
            ]}
            onChange={(event) => set({ kind: event.target.value || undefined })}
          />
          <Select
            aria-label={t('audit.when')}
            className="w-auto max-w-64"
            value={days ?? ''}
            options={[
              { value: '', label: t('audit.any_time') },
              ...(['1', '7', '30', '90'] as const).map((value) => ({ value, label: t(`audit.days_${value}`) })),
            ]}
            onChange={(event) => set({ days: (event.target.value || undefined) as typeof days })}
          />
          {filtered && (
            <Button
              kind="quiet"
              onClick={() => set({ person: undefined, kind: undefined, days: undefined, store: undefined })}
            >
              {t('ui.clear')}
            </Button>
          )}
        </div>
        {error && <ProblemNotice error={error} title={t('audit.unreadable')} onRetry={() => refetch()} />}
      </div>
      {!data && !error && <Skeleton rows={16} columns={5} className="px-4" />}
      {data && rows.length === 0 && (
        <Empty title={filtered ? t('audit.none_match') : t('audit.none')}>{!filtered && t('audit.none_text')}</Empty>
      )}
      {rows.length > 0 && (
        <DataTable
          label={t('audit.title')}
          columns={columns}
          rows={rows}
          rowId={rowKey}
          rowName={(row) => entryText(t, row)}
          total={null}
          hasMore={hasNextPage}
          loadingMore={isFetchingNextPage}
          onMore={fetchNextPage}
          openId={search.entry ?? null}
          onOpen={(entry) => navigate({ search: (before) => ({ ...before, entry }) })}
          phoneRow={(row) => <PhoneRow row={row} />}
        />
      )}
      {open && (
        <EntryDrawer
          row={open}
          actor={actorText(t, open)}
          store={stores.get(open.store ?? '')}
          onClose={() => set({})}
        />
      )}
    </>
  );
}
