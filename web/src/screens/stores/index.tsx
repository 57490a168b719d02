import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { type Store, storesQuery } from '~/api/queries';
import { useCommand } from '~/app/keyboard';
import { ProblemNotice } from '~/app/problem-text';
import { useMay } from '~/app/session';
import { connectionSeverity, platformName } from '~/app/stores';
import { translateCode, useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { cn } from '~/ui/cn';
import { DataTable } from '~/ui/DataTable';
import { Empty } from '~/ui/Empty';
import { controlLook } from '~/ui/Field';
import { Notice } from '~/ui/Notice';
import { PageHead } from '~/ui/Page';
import { Skeleton } from '~/ui/Skeleton';
import { AddStore } from './AddStore';
import { ConnectWizard } from './ConnectWizard';
import { PhoneRow, storeColumns } from './columns';
import { reasonText } from './reason';
import { StoreDrawer } from './StoreDrawer';

const rank = { critical: 0, high: 1, medium: 2, unknown: 3, info: 4, low: 5, ok: 6 };

/** Stores and how they are connected; those in trouble first. */
export default function Stores() {
  const t = useT();
  const search = useSearch({ from: '/stores' });
  const navigate = useNavigate({ from: '/stores' });
  const mayConnect = useMay('connect_store');
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const { data, error, refetch } = useQuery(storesQuery);
  useCommand('filter', () => box.current?.focus());

  const set = (next: Partial<typeof search>) =>
    navigate({
      search: (before) => ({
        ...before,
        connected: undefined,
        held: undefined,
        hold_reason: undefined,
        connect_error: undefined,
        ...next,
      }),
    });
  const named = (ids: string[]) => ids.map((id) => data?.rows.find((row) => row.id === id)?.name ?? id).join(', ');
  const columns = useMemo(() => storeColumns(t), [t]);
  const rows = useMemo(() => sorted(data?.rows ?? [], text), [data, text]);
  const none = data?.rows.length === 0;
  return (
    <>
      <PageHead
        title={t('stores.title')}
        actions={
          !none && (
            <>
              <Button onClick={() => navigate({ to: '/stores/network' })}>{t('stores.net_title')}</Button>
              {mayConnect && (
                <>
                  <Button onClick={() => set({ connect: 'plain' })}>{t('stores.add')}</Button>
                  <Button kind="primary" onClick={() => set({ connect: 'new' })}>
                    {t('stores.connect')}
                  </Button>
                </>
              )}
            </>
          )
        }
      />
      <div className="grid gap-2 px-4 pb-2">
        {search.connected && (
          <Notice
            alert
            severity="ok"
            title={t('stores.connected_title', { names: named(search.connected) })}
            action={dismiss(search.connected[0])}
          >
            {t('stores.connected_text')}
          </Notice>
        )}
        {search.held && (
          <Notice
            alert
            severity="medium"
            title={t('stores.held_notice', { names: named(search.held) })}
            action={dismiss(search.held[0])}
          >
            {search.hold_reason && reasonText(t, search.hold_reason)}
          </Notice>
        )}
        {search.connect_error && (
          <Notice alert severity="high" title={t('stores.connect_failed')} action={dismiss()}>
            {translateCode(`problems.${search.connect_error}`) ?? t('stores.connect_failed_text')}
          </Notice>
        )}
        {error && <ProblemNotice error={error} title={t('stores.unreadable')} onRetry={() => refetch()} />}
        {data && !none && (
          <div className="relative max-w-80">
            <Search className="absolute top-1/2 left-2 size-4 -translate-y-1/2 text-muted" aria-hidden="true" />
            <input
              ref={box}
              type="search"
              className={cn(controlLook, 'pl-8')}
              aria-label={t('stores.search')}
              placeholder={t('stores.search')}
              aria-keyshortcuts="/"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </div>
        )}
      </div>
      {!data && !error && <Skeleton rows={12} columns={6} className="px-4" />}
      {none && (
        <Empty
          title={t('stores.empty_title')}
          action={
            mayConnect && (
              <>
                <Button kind="primary" onClick={() => set({ connect: 'new' })}>
                  {t('stores.connect')}
                </Button>
                <Button onClick={() => set({ connect: 'plain' })}>{t('stores.add')}</Button>
              </>
            )
          }
        >
          <p>{mayConnect ? t('stores.empty_text') : t('stores.empty_ask')}</p>
          <p className="mt-2 font-semibold">{t('stores.never_password')}</p>
        </Empty>
      )}
      {data && !none && rows.length === 0 && (
        <Empty title={t('stores.none_match')} action={<Button onClick={() => setText('')}>{t('ui.clear')}</Button>} />
      )}
      {rows.length > 0 && (
        <DataTable
          label={t('stores.title')}
          columns={columns}
          choice={{ hidden: [], order: [], pinned: ['name'] }}
          rows={rows}
          rowId={(row) => row.id}
          rowName={(row) => row.name}
          total={rows.length}
          openId={search.open ?? null}
          onOpen={(open) => set({ open })}
          phoneRow={(row) => <PhoneRow store={row} />}
        />
      )}
      {search.open && data && (
        <StoreDrawer
          id={search.open}
          store={data.rows.find((row) => row.id === search.open)}
          onClose={() => set({ open: undefined })}
          onReconnect={(store) => set({ connect: store.id })}
        />
      )}
      {search.connect === 'plain' && (
        <AddStore onClose={() => set({ connect: undefined })} onAdded={(open) => set({ connect: undefined, open })} />
      )}
      {search.connect && search.connect !== 'plain' && (
        <ConnectWizard
          store={data?.rows.find((row) => row.id === search.connect)}
          onClose={() => set({ connect: undefined })}
        />
      )}
    </>
  );

  function dismiss(open?: string) {
    return (
      <>
        {open && <Button onClick={() => set({ open })}>{t('stores.open')}</Button>}
        <Button onClick={() => set({})}>{t('ui.close')}</Button>
      </>
    );
  }
}

function sorted(stores: Store[], text: string): Store[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const matching = stores.filter((store) => {
    const all =
      `${store.name} ${store.shop_name} ${platformName[store.platform]} ${store.region} ${store.ext_id ?? ''}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  return matching.sort(
    (a, b) =>
      rank[connectionSeverity(a)] - rank[connectionSeverity(b)] ||
      a.name.localeCompare(b.name, undefined, { numeric: true }),
  );
}
