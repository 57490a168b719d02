import type { Order } from '~/api/orders';
import type { Store } from '~/api/queries';
import { platformName } from '~/app/stores';
import { type Translate, useT } from '~/app/words';
import type { Column } from '~/ui/DataTable';
import { type Severity, SeverityTag } from '~/ui/Severity';
import { Money, Time } from '~/ui/Time';
import { Cut } from '~/ui/Tip';

const flagSeverity: Record<Order['flags'][number], Severity> = {
  cancel_requested: 'high',
  address_changed: 'high',
  ship_overdue: 'high',
  amount_mismatch: 'medium',
  unknown_status: 'unknown',
  replacement: 'low',
  sample: 'low',
};

export function OrderStatus({ order }: { order: Pick<Order, 'status' | 'raw_status'> }) {
  const t = useT();
  if (order.status === 'unknown') return <SeverityTag cut severity="unknown" text={order.raw_status} />;
  return (
    <span className={order.status === 'cancelled' ? 'text-muted' : undefined}>
      {t(`orders.status_${order.status}`)}
    </span>
  );
}

export function Flags({ flags }: { flags: Order['flags'] }) {
  const t = useT();
  return (
    <span className="inline-flex flex-wrap gap-1">
      {flags.map((flag) => (
        <SeverityTag key={flag} severity={flagSeverity[flag]} text={t(`orders.flag_${flag}`)} />
      ))}
    </span>
  );
}

/** One flag fits into a row; the number of the others leads into the details. */
function FirstFlag({ flags }: { flags: Order['flags'] }) {
  const t = useT();
  const [first, ...others] = flags;
  if (!first) return null;
  return (
    <span className="flex items-center gap-1">
      <SeverityTag cut severity={flagSeverity[first]} text={t(`orders.flag_${first}`)} />
      {others.length > 0 && (
        <span
          className="shrink-0 text-muted text-small"
          title={others.map((flag) => t(`orders.flag_${flag}`)).join(', ')}
        >
          +{others.length}
        </span>
      )}
    </span>
  );
}

export function orderColumns(t: Translate, stores: Map<string, Store>): Column<Order>[] {
  return [
    {
      id: 'order',
      header: t('orders.order'),
      cell: (order) => <span className="font-mono text-small">{order.ext_id}</span>,
      width: 160,
    },
    {
      id: 'store',
      header: t('orders.store'),
      cell: (order) => <Cut text={stores.get(order.store)?.name ?? order.store} />,
      width: 124,
      grow: 0.5,
    },
    { id: 'buyer', header: t('orders.buyer'), cell: (order) => <Cut text={order.buyer || '–'} />, width: 88 },
    {
      id: 'item',
      header: t('orders.item'),
      cell: (order) => (
        <Cut
          text={
            order.item_count > 1 ? t('orders.item_and_more', { item: order.item, count: order.item_count }) : order.item
          }
        />
      ),
      width: 150,
      grow: 3,
    },
    { id: 'status', header: t('orders.status'), cell: (order) => <OrderStatus order={order} />, width: 124 },
    {
      id: 'flags',
      header: t('orders.flags'),
      cell: (order) => <FirstFlag flags={order.flags} />,
      width: 150,
      grow: 0.5,
    },
    {
      id: 'amount',
      header: t('orders.amount'),
      cell: (order) => <Money amount={order.total} />,
      width: 118,
      align: 'end',
    },
    {
      id: 'created',
      header: t('orders.created'),
      cell: (order) => <Time short at={order.created_at} zone={stores.get(order.store)?.time_zone} />,
      width: 118,
    },
    {
      id: 'ship_by',
      header: t('orders.ship_by'),
      cell: (order) =>
        order.ship_by ? <Time short at={order.ship_by} zone={stores.get(order.store)?.time_zone} /> : '–',
      width: 118,
    },
  ];
}

/** Two lines for a phone: what and how much, then who, where and how it stands. */
export function PhoneRow({ order, store }: { order: Order; store: Store | undefined }) {
  return (
    <>
      <p className="flex items-baseline gap-2">
        <span className="min-w-0 grow truncate font-semibold">{order.item}</span>
        <Money amount={order.total} />
      </p>
      <p className="flex items-baseline gap-2 text-small">
        <span className="min-w-0 grow truncate text-muted">
          {store ? `${store.name} · ${platformName[store.platform]}` : order.store} · {order.ext_id}
        </span>
        <span className="shrink-0">
          {order.flags.length > 0 ? <Flags flags={order.flags.slice(0, 1)} /> : <OrderStatus order={order} />}
        </span>
      </p>
    </>
  );
}
