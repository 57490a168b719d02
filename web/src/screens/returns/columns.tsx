import type { Store } from '~/api/queries';
import type { Return } from '~/api/returns';
import { platformName } from '~/app/stores';
import { type Translate, useT } from '~/app/words';
import type { Column } from '~/ui/DataTable';
import { SeverityTag } from '~/ui/Severity';
import { Money, Time } from '~/ui/Time';
import { Cut } from '~/ui/Tip';
import { TimeLeft } from './TimeLeft';

export const waits = (one: Pick<Return, 'status'>) => one.status === 'waiting_for_seller';

export function ReturnStatus({ one }: { one: Pick<Return, 'status' | 'raw_status' | 'disputed'> }) {
  const t = useT();
  if (one.disputed) return <SeverityTag cut severity="high" text={t('returns.disputed')} />;
  if (one.status === 'unknown') return <SeverityTag cut severity="unknown" text={one.raw_status} />;
  return <span title={one.raw_status}>{t(`returns.status_${one.status}`)}</span>;
}

/** The platform's sentence, else its code: never a guess of ours. */
export const reasonOf = (one: Pick<Return, 'reason' | 'reason_text'>) => one.reason_text || one.reason || '–';

export function returnColumns(t: Translate, stores: Map<string, Store>): Column<Return>[] {
  return [
    {
      id: 'left',
      header: t('returns.answer_by'),
      cell: (one) => (waits(one) ? <TimeLeft answerBy={one.answer_by} zone={stores.get(one.store)?.time_zone} /> : '–'),
      width: 160,
    },
    { id: 'kind', header: t('returns.kind'), cell: (one) => t(`returns.kind_${one.kind}`), width: 150 },
    { id: 'status', header: t('orders.status'), cell: (one) => <ReturnStatus one={one} />, width: 150 },
    { id: 'reason', header: t('returns.reason'), cell: (one) => <Cut text={reasonOf(one)} />, width: 150, grow: 2 },
    {
      id: 'amount',
      header: t('orders.amount'),
      cell: (one) => <Money amount={one.amount} />,
      width: 118,
      align: 'end',
    },
    {
      id: 'store',
      header: t('orders.store'),
      cell: (one) => <Cut text={stores.get(one.store)?.name ?? one.store} />,
      width: 124,
      grow: 0.5,
    },
    {
      id: 'order',
      header: t('orders.order'),
      cell: (one) => <span className="font-mono text-small">{one.order_ext_id}</span>,
      width: 160,
    },
    { id: 'item', header: t('orders.item'), cell: (one) => <Cut text={one.item || '–'} />, width: 120, grow: 1 },
    {
      id: 'opened',
      header: t('returns.opened'),
      cell: (one) => <Time short at={one.created_at} zone={stores.get(one.store)?.time_zone} />,
      width: 118,
    },
  ];
}

/** Three facts a line for a phone: what and how much, how long, then where. */
export function PhoneRow({ one, store }: { one: Return; store: Store | undefined }) {
  const t = useT();
  return (
    <>
      <p className="flex items-baseline gap-2">
        <span className="min-w-0 grow truncate font-semibold">
          {t(`returns.kind_${one.kind}`)} · {reasonOf(one)}
        </span>
        <Money amount={one.amount} />
      </p>
      <p className="flex items-baseline gap-2 text-small">
        <span className="min-w-0 grow truncate text-muted">
          {store ? `${store.name} · ${platformName[store.platform]}` : one.store} · {one.order_ext_id}
        </span>
        <span className="shrink-0">
          {waits(one) ? <TimeLeft answerBy={one.answer_by} zone={store?.time_zone} /> : <ReturnStatus one={one} />}
        </span>
      </p>
    </>
  );
}
