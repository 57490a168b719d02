import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { overviewQuery } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useMay, useSession } from '~/app/session';
import { staleAfterMs } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Empty } from '~/ui/Empty';
import { Notice } from '~/ui/Notice';
import { PageHead } from '~/ui/Page';
import { Skeleton } from '~/ui/Skeleton';
import { StaleClock } from '~/ui/Time';
import { AlertDrawer } from './AlertDrawer';
import { AlertList } from './AlertList';
import { StoreTable } from './StoreTable';
import { WeakFindings } from './WeakFindings';

/** All stores at a glance: what needs a person first. */
export default function Overview() {
  const t = useT();
  const navigate = useNavigate();
  const { alert, store } = useSearch({ from: '/' });
  const mayConnect = useMay('connect_store');
  const demo = useSession()?.demo ?? false;
  const { data, error, isFetching, refetch } = useQuery(overviewQuery);
  const openAlert = (id: string | undefined) => navigate({ to: '/', search: (before) => ({ ...before, alert: id }) });

  const stores = data?.stores.filter((row) => !store || row.store.id === store) ?? [];
  const due = stores.reduce((sum, row) => sum + row.returns_due, 0);
  const alerts = data?.alerts.filter((one) => !store || one.store === store) ?? [];
  return (
    <>
      <PageHead
        title={t('overview.title')}
        note={data && <StaleClock at={data.as_of} staleAfterMs={staleAfterMs} />}
        actions={
          <Button onClick={() => refetch()} busy={isFetching && !!data}>
            {t('overview.read_again')}
          </Button>
        }
      />
      <div className="grid gap-4 px-4 pb-8">
        {error && <ProblemNotice error={error} title={t('overview.unreadable')} onRetry={() => refetch()} />}
        {!data && !error && <Skeleton rows={12} columns={4} />}
        {data && stores.length === 0 && (
          <Empty
            title={t('overview.empty_title')}
            action={
              mayConnect && (
                <>
                  <Button kind="primary" asChild>
                    <Link to="/stores" search={{ connect: 'new' }}>
                      {t('overview.connect')}
                    </Link>
                  </Button>
                  <Button asChild>
                    <Link to="/checker">{t('overview.check_message')}</Link>
                  </Button>
                </>
              )
            }
          >
            {mayConnect ? t('overview.empty_text') : t('overview.empty_ask')}
          </Empty>
        )}
        {data && stores.length > 0 && (
          <>
            {due > 0 && (
              <Notice
                severity="high"
                title={t('overview.returns_due', { count: due })}
                action={
                  <Button asChild>
                    <Link to="/returns" search={{ tab: 'due' }}>
                      {t('overview.see_returns')}
                    </Link>
                  </Button>
                }
              >
                {t('overview.returns_due_text')}
              </Notice>
            )}
            <AlertList
              alerts={alerts}
              total={store ? alerts.length : data.counts.alerts_open}
              stores={stores}
              asOf={data.as_of}
              onOpen={openAlert}
            />
            {demo && alerts.length > 0 && <Notice title={t('overview.demo_hint')}>{t('overview.demo_text')}</Notice>}
            <WeakFindings store={store} />
            <StoreTable rows={stores} />
          </>
        )}
      </div>
      {alert && <AlertDrawer id={alert} onClose={() => openAlert(undefined)} />}
    </>
  );
}
