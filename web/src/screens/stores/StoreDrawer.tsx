import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call } from '~/api/client';
import type { Store } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useMay } from '~/app/session';
import { platformName, storeStaleAfterMs } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Confirm } from '~/ui/Dialog';
import { Drawer, Facts, Section } from '~/ui/Drawer';
import { Empty } from '~/ui/Empty';
import { Notice } from '~/ui/Notice';
import { Tag } from '~/ui/Tag';
import { StaleClock, Time } from '~/ui/Time';
import { toast } from '~/ui/Toast';
import { AuthorisationEnds, endsSoon, FirstSync, StoreState, Webhooks } from './columns';
import { EditStore } from './EditStore';
import { ProxyForm } from './ProxyForm';
import { reasonText } from './reason';

/** One store: how it is connected, what is wrong, how it reaches the platform. */
export function StoreDrawer({
  store,
  onClose,
  onReconnect,
}: {
  id: string;
  store: Store | undefined;
  onClose: () => void;
  onReconnect: (store: Store) => void;
}) {
  const t = useT();
  if (!store) {
    return (
      <Drawer open onClose={onClose} title={t('stores.store')}>
        <Empty title={t('problems.not_found')} />
      </Drawer>
    );
  }
  return <Open key={store.id} store={store} onClose={onClose} onReconnect={onReconnect} />;
}

function Open({
  store,
  onClose,
  onReconnect,
}: {
  store: Store;
  onClose: () => void;
  onReconnect: (store: Store) => void;
}) {
  const t = useT();
  const client = useQueryClient();
  const mayConnect = useMay('connect_store');
  const maySync = useMay('sync_store');
  const [asking, setAsking] = useState<'disconnect' | 'confirm' | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const path = { params: { path: { store: store.id } } };
  const run = async (work: () => Promise<unknown>, said: string) => {
    setBusy(true);
    setError(null);
    try {
      await work();
      setAsking(null);
      toast(said);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
      client.invalidateQueries({ queryKey: ['stores'] });
      client.invalidateQueries({ queryKey: ['overview'] });
    }
  };
  const live = store.connection === 'connected' || store.connection === 'held' || store.connection === 'reconnect';
  return (
    <Drawer
      open
      onClose={onClose}
      title={store.name}
      subtitle={`${platformName[store.platform]} ${store.region}`}
      footer={
        <>
          {mayConnect && store.connection !== 'connected' && store.connection !== 'held' && (
            <Button kind="primary" sends onClick={() => onReconnect(store)}>
              {store.connection === 'none' ? t('stores.connect_this') : t('stores.reconnect')}
            </Button>
          )}
          {mayConnect && store.connection === 'held' && (
            <Button kind="primary" sends onClick={() => setAsking('confirm')}>
              {t('stores.confirm')}
            </Button>
          )}
          {maySync && store.connection === 'connected' && (
            <Button
              sends
              busy={busy}
              onClick={() => run(() => call(() => api.POST('/stores/{store}/sync', path)), t('stores.sync_started'))}
            >
              {t('stores.sync')}
            </Button>
          )}
          {mayConnect && store.connection === 'connected' && endsSoon(store) && (
            <Button sends onClick={() => onReconnect(store)}>
              {t('stores.reconnect')}
            </Button>
          )}
          <Button asChild>
            <Link to="/orders" search={{ tab: 'all', store: store.id }}>
              {t('stores.see_orders')}
            </Link>
          </Button>
        </>
      }
    >
      {error != null && asking === null && <ProblemNotice error={error} />}
      <div className="grid gap-2 empty:hidden">
        {store.connection === 'reconnect' && (
          <Notice severity="high" title={t('stores.reconnect_title')}>
            {store.connection_reason ? reasonText(t, store.connection_reason) : t('stores.reconnect_text')}
          </Notice>
        )}
        {store.connection === 'disconnected' && store.platform !== 'tiktok_shop' && (
          <Notice severity="info" title={t('stores.end_there_title', { platform: platformName[store.platform] })}>
            {t('stores.end_there_text', { platform: platformName[store.platform] })}
          </Notice>
        )}
        {store.connection === 'held' && (
          <Notice severity="medium" title={t('stores.held_title')}>
            {t('stores.held_text', { shop: store.shop_name })}
          </Notice>
        )}
        {store.last_error && store.connection === 'connected' && (
          <Notice severity="medium" title={t('stores.sync_failed')}>
            {reasonText(t, store.last_error)}
          </Notice>
        )}
        {store.webhooks === 'other_address' && (
          <Notice severity="high" title={t('stores.webhooks_other_title')}>
            {t('stores.webhooks_other_text')}
          </Notice>
        )}
        {!!store.quarantined && (
          <Notice severity="medium" title={t('stores.quarantined', { count: store.quarantined })}>
            {t('stores.quarantined_text')}
          </Notice>
        )}
        {store.demo && <Notice title={t('stores.demo')} />}
        <FirstSync store={store} />
      </div>
      <Section title={t('stores.health')}>
        <Facts
          rows={[
            [t('stores.state'), <StoreState key="state" store={store} />],
            [
              t('stores.status_checked'),
              store.status_checked_at ? (
                <Time key="checked" at={store.status_checked_at} zone={store.time_zone} />
              ) : (
                t('ui.severity_unknown')
              ),
            ],
            [
              t('stores.last_sync'),
              <StaleClock key="sync" at={store.last_sync_at ?? null} staleAfterMs={storeStaleAfterMs(store)} />,
            ],
            [t('stores.webhooks'), <Webhooks key="webhooks" store={store} />],
            [t('stores.ends'), <AuthorisationEnds key="ends" store={store} />],
            [
              t('stores.token_ends'),
              store.token_expires_at ? <Time key="token" at={store.token_expires_at} relative /> : '–',
            ],
          ]}
        />
      </Section>
      <Section title={t('stores.shop')}>
        <Facts
          rows={[
            [t('stores.shop_name'), store.shop_name || '–'],
            [
              t('stores.shop_id'),
              <span key="id" className="font-mono">
                {store.ext_id || '–'}
              </span>,
            ],
            [
              t('stores.scopes'),
              store.scopes.length > 0 ? (
                <span key="scopes" className="flex flex-wrap gap-1">
                  {store.scopes.map((scope) => (
                    <Tag key={scope}>{scope}</Tag>
                  ))}
                </span>
              ) : (
                '–'
              ),
            ],
          ]}
        />
      </Section>
      <EditStore store={store} />
      <ProxyForm store={store} />
      {mayConnect && live && (
        <Section title={t('stores.disconnect_section')}>
          <p className="mb-2 text-muted">{t('stores.disconnect_help')}</p>
          <Button kind="danger" sends onClick={() => setAsking('disconnect')}>
            {t('stores.disconnect')}
          </Button>
        </Section>
      )}
      <Confirm
        open={asking === 'disconnect'}
        onClose={() => setAsking(null)}
        title={t('stores.disconnect_title', { name: store.name })}
        description={t('stores.disconnect_text')}
        action={t('stores.disconnect')}
        busy={busy}
        onConfirm={() => run(() => call(() => api.POST('/stores/{store}/disconnect', path)), t('stores.disconnected'))}
      >
        {error != null && <ProblemNotice error={error} />}
      </Confirm>
      <Confirm
        open={asking === 'confirm'}
        onClose={() => setAsking(null)}
        danger={false}
        title={t('stores.confirm_title', { shop: store.shop_name })}
        description={t('stores.confirm_text')}
        action={t('stores.confirm')}
        busy={busy}
        onConfirm={() => run(() => call(() => api.POST('/stores/{store}/confirm', path)), t('stores.confirmed'))}
      >
        {error != null && <ProblemNotice error={error} />}
      </Confirm>
    </Drawer>
  );
}
