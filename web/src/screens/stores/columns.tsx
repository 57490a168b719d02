import type { Store } from '~/api/queries';
import { connectionSeverity, platformName, storeStaleAfterMs } from '~/app/stores';
import { type Translate, useT } from '~/app/words';
import type { Column } from '~/ui/DataTable';
import { Progress } from '~/ui/Progress';
import { SeverityTag } from '~/ui/Severity';
import { StaleClock, Time } from '~/ui/Time';
import { Cut } from '~/ui/Tip';

const soonMs = 7 * 86_400_000;

/** Whether the seller must authorise again within a week. */
export const endsSoon = (store: Store, now = Date.now()) =>
  !!store.authorisation_expires_at && new Date(store.authorisation_expires_at).getTime() - now < soonMs;

/** One word for how a store stands, with its shape. Never "OK" when something is not known. */
export function StoreState({ store }: { store: Store }) {
  const t = useT();
  const severity = connectionSeverity(store);
  if (store.connection !== 'connected') {
    return <SeverityTag cut severity={severity} text={t(`stores.connection_${store.connection}`)} />;
  }
  if (store.last_error) return <SeverityTag cut severity={severity} text={t('stores.sync_failed')} />;
  if (severity === 'unknown' && !store.last_sync_at)
    return <SeverityTag severity="unknown" text={t('ui.never_read')} />;
  return <SeverityTag cut severity={severity} text={t(`stores.status_${store.status}`)} />;
}

export function AuthorisationEnds({ store }: { store: Store }) {
  if (!store.authorisation_expires_at) return '–';
  return (
    <span className={endsSoon(store) ? 'font-semibold text-high' : undefined}>
      <Time at={store.authorisation_expires_at} relative />
    </span>
  );
}

export function Webhooks({ store }: { store: Store }) {
  const t = useT();
  if (store.connection !== 'connected') return '–';
  const state = store.webhooks ?? 'unknown';
  if (state === 'on') {
    return store.last_webhook_at ? (
      <Time at={store.last_webhook_at} relative />
    ) : (
      <SeverityTag severity="unknown" text={t('stores.webhooks_quiet')} />
    );
  }
  const severity = state === 'other_address' ? 'high' : state === 'off' ? 'medium' : 'unknown';
  return <SeverityTag cut severity={severity} text={t(`stores.webhooks_${state}`)} />;
}

export function storeColumns(t: Translate): Column<Store>[] {
  return [
    {
      id: 'name',
      header: t('stores.store'),
      cell: (store) => <Cut className="block min-w-0 truncate font-semibold" text={store.name} />,
      width: 140,
      grow: 1,
    },
    {
      id: 'platform',
      header: t('stores.platform'),
      cell: (store) => `${platformName[store.platform]} ${store.region}`,
      width: 120,
    },
    { id: 'state', header: t('stores.state'), cell: (store) => <StoreState store={store} />, width: 176, grow: 1 },
    { id: 'ends', header: t('stores.ends'), cell: (store) => <AuthorisationEnds store={store} />, width: 132 },
    { id: 'webhooks', header: t('stores.webhooks'), cell: (store) => <Webhooks store={store} />, width: 144 },
    {
      id: 'sync',
      header: t('stores.last_sync'),
      cell: (store) =>
        store.connection === 'none' ? (
          '–'
        ) : (
          <StaleClock at={store.last_sync_at ?? null} staleAfterMs={storeStaleAfterMs(store)} />
        ),
      width: 184,
    },
    {
      id: 'network',
      header: t('stores.network'),
      cell: (store) => <Cut text={store.proxy.address || t('stores.direct')} />,
      width: 120,
      grow: 1,
    },
  ];
}

export function PhoneRow({ store }: { store: Store }) {
  return (
    <>
      <p className="flex items-center gap-2">
        <span className="min-w-0 grow truncate font-semibold">{store.name}</span>
        <StoreState store={store} />
      </p>
      <p className="flex gap-2 text-muted text-small">
        <span className="min-w-0 grow truncate">
          {platformName[store.platform]} {store.region}
        </span>
        {store.connection !== 'none' && (
          <StaleClock at={store.last_sync_at ?? null} staleAfterMs={storeStaleAfterMs(store)} />
        )}
      </p>
    </>
  );
}

export function FirstSync({ store }: { store: Store }) {
  const t = useT();
  if (!store.first_sync) return null;
  return <Progress value={store.first_sync.done} label={t('stores.first_sync', { count: store.first_sync.orders })} />;
}
