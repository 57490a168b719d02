import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { ProblemNotice } from '~/app/problem-text';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { fileBase64 } from '~/ui/FileDrop';
import { PageHead } from '~/ui/Page';
import { Progress } from '~/ui/Progress';
import { Skeleton } from '~/ui/Skeleton';
import { Choose } from './Choose';
import { Finished } from './Finished';
import { Preview } from './Preview';

type Import = Schemas['Import'];
type Request = {
  store: string;
  file: File;
  mapping?: Record<string, string>;
  dayOrder?: Schemas['DayOrder'];
};

const working = (state: Import['state']) => state === 'reading' || state === 'applying';
const pollMs = 1000;

/** Orders from an export file: choose, look at what would happen, apply. Nothing is changed before the last step. */
export default function ImportOrders() {
  const t = useT();
  const client = useQueryClient();
  const { id } = useSearch({ from: '/orders/import' });
  const navigate = useNavigate({ from: '/orders/import' });
  // Kept for reading it again with other columns; after a reload the file has to be chosen once more.
  const [request, setRequest] = useState<Request | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['import', id],
    queryFn: ({ signal }) =>
      call(() => api.GET('/imports/{import}', { params: { path: { import: id ?? '' } }, signal })),
    enabled: !!id,
    refetchInterval: (query) => (query.state.data && working(query.state.data.state) ? pollMs : false),
  });

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setFailed(null);
    try {
      await work();
    } catch (problem) {
      setFailed(problem);
    } finally {
      setBusy(false);
    }
  };
  const take = (made: Import) => client.setQueryData(['import', made.id], made);

  const read = (next: Request) =>
    run(async () => {
      setRequest(next);
      const body = {
        kind: 'orders' as const,
        store: next.store,
        file_name: next.file.name.slice(0, 300),
        content_base64: await fileBase64(next.file),
        ...(next.mapping && { mapping: next.mapping }),
        ...(next.dayOrder && { day_order: next.dayOrder }),
      };
      const made = await call(() => api.POST('/imports', { body }));
      take(made);
      // The earlier preview of the same file is of no use any more.
      if (id) await call(() => api.DELETE('/imports/{import}', { params: { path: { import: id } } })).catch(() => {});
      await navigate({ search: { id: made.id } });
    });
  const discard = () =>
    run(async () => {
      if (id) await call(() => api.DELETE('/imports/{import}', { params: { path: { import: id } } }));
      setRequest(null);
      await navigate({ search: {} });
    });
  const apply = () =>
    run(async () => {
      if (!id) return;
      take(await call(() => api.POST('/imports/{import}/apply', { params: { path: { import: id } } })));
      client.invalidateQueries({ queryKey: ['orders'] });
    });

  return (
    <>
      <PageHead
        title={t('import.title')}
        actions={
          <Button asChild>
            <Link to="/orders">{t('import.to_orders')}</Link>
          </Button>
        }
      />
      <div className="grid max-w-4xl gap-4 px-4 pb-8">
        {failed != null && <ProblemNotice error={failed} />}
        {!id && <Choose busy={busy} onRead={(store, file) => read({ store, file })} />}
        {id && error && <ProblemNotice error={error} title={t('import.unreadable')} onRetry={() => refetch()} />}
        {id && !data && !error && <Skeleton rows={8} />}
        {data && id && step(data)}
      </div>
    </>
  );

  function step(made: Import) {
    if (made.state === 'reading') return <Progress value={made.progress ?? 0} label={t('import.reading')} />;
    if (made.state === 'applying') return <Progress value={made.progress ?? 0} label={t('import.applying')} />;
    // Not lost: the columns that are missing can be named.
    const unknown = made.state === 'failed' && made.failure === 'import.columns_missing';
    if (made.state === 'ready' || unknown) {
      return (
        <Preview
          made={made}
          busy={busy}
          onApply={apply}
          onDiscard={discard}
          onMap={request && ((mapping) => read({ ...request, mapping }))}
          onDayOrder={request && ((dayOrder) => read({ ...request, dayOrder }))}
        />
      );
    }
    return <Finished made={made} onAgain={() => navigate({ search: {} })} />;
  }
}
