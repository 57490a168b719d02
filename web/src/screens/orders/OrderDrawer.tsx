import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '~/api/client';
import { orderQuery } from '~/api/orders';
import { formatNumber } from '~/app/format';
import { ProblemNotice } from '~/app/problem-text';
import { platformName, useStores } from '~/app/stores';
import { translateCode, useT } from '~/app/words';
import { CopyButton } from '~/ui/CopyButton';
import { Drawer, Facts, Section } from '~/ui/Drawer';
import { Skeleton } from '~/ui/Skeleton';
import { Tag } from '~/ui/Tag';
import { Money, Time } from '~/ui/Time';
import { Flags, OrderStatus } from './columns';

type Detail = Schemas['OrderDetail'];

/** Everything known about one order. Contact data comes masked from the server. */
export function OrderDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const stores = useStores();
  const { data, error, refetch } = useQuery(orderQuery(id));
  const order = data?.order;
  const store = order && stores.get(order.store);
  return (
    <Drawer
      open
      onClose={onClose}
      title={order ? <span className="font-mono">{order.ext_id}</span> : t('orders.order')}
      subtitle={
        store && (
          <Link to="/stores" search={{ open: store.id }} className="link">
            {store.name} · {platformName[store.platform]} {store.region}
          </Link>
        )
      }
      footer={order && <CopyButton text={order.ext_id} label={t('orders.copy_number')} />}
    >
      {error && <ProblemNotice error={error} title={t('orders.order_unreadable')} onRetry={() => refetch()} />}
      {!data && !error && <Skeleton rows={12} />}
      {data && <Body detail={data} zone={store?.time_zone} />}
    </Drawer>
  );
}

function Body({ detail, zone }: { detail: Detail; zone: string | undefined }) {
  const t = useT();
  const { order, recipient, lines, timeline } = detail;
  const facts: [string, ReactNode][] = [
    [t('orders.status'), <OrderStatus key="status" order={order} />],
    [t('orders.amount'), <Money key="amount" amount={order.total} />],
    [t('orders.created'), <Time key="created" at={order.created_at} zone={zone} />],
  ];
  const add = (name: string, value: ReactNode) => value && facts.push([name, value]);
  if (order.paid_at) add(t('orders.paid'), <Time key="paid" at={order.paid_at} zone={zone} />);
  if (order.ship_by) add(t('orders.ship_by'), <Time key="ship" at={order.ship_by} zone={zone} />);
  if (order.cancel_by) add(t('orders.cancel_by'), <Time key="cancel" at={order.cancel_by} zone={zone} />);
  add(t('orders.payment'), detail.payment_method);
  if (detail.cash_on_delivery) add(t('orders.cod'), t('ui.yes'));
  add(t('orders.cancel_reason'), detail.cancel_reason);
  add(t('orders.cancelled_by'), detail.cancelled_by);
  if (order.source === 'import') add(t('orders.source'), <Tag>{t('orders.source_import')}</Tag>);
  const contact = [recipient.name, recipient.phone, recipient.address, recipient.region].filter(Boolean);
  return (
    <>
      {order.flags.length > 0 && (
        <ul className="grid gap-2">
          {order.flags.map((flag) => (
            <li key={flag} className="flex flex-wrap items-start gap-2">
              <Flags flags={[flag]} />
              <span className="min-w-0 grow basis-48">{t(`orders.flag_${flag}_text`)}</span>
            </li>
          ))}
        </ul>
      )}
      <Section title={t('orders.facts')}>
        <Facts rows={facts} />
      </Section>
      <Section title={t('orders.lines')}>
        <ul className="divide-y rounded border">
          {sameTogether(lines).map((line) => (
            <li key={line.ext_id} className="grid gap-0.5 px-3 py-2">
              <p className="flex gap-3">
                <span className="min-w-0 grow font-semibold">{line.product}</span>
                <span className="whitespace-nowrap">
                  {formatNumber(line.quantity)} × <Money amount={line.price} />
                </span>
              </p>
              <p className="text-muted">{[line.sku, line.seller_sku].filter(Boolean).join(' · ')}</p>
              {line.tracking_number && (
                <p className="text-muted">
                  {t('orders.tracking')} <span className="font-mono">{line.tracking_number}</span>
                </p>
              )}
            </li>
          ))}
        </ul>
        {lines.length === 0 && <p className="text-muted">{t('orders.no_lines')}</p>}
      </Section>
      <Section title={t('orders.buyer')}>
        <p>{order.buyer || '–'}</p>
        {contact.length > 0 && <p className="mt-1">{contact.join(', ')}</p>}
        <p className="mt-1 text-muted text-small">{t('orders.masked')}</p>
        {detail.buyer_note && (
          <p className="mt-2 whitespace-pre-wrap rounded bg-surface p-2">
            <span className="block text-muted text-small">{t('orders.note')}</span>
            {detail.buyer_note}
          </p>
        )}
      </Section>
      <Section title={t('orders.timeline')}>
        <ol className="grid gap-2 border-l pl-4">
          {timeline.map((event) => (
            <li key={`${event.kind}${event.at}`}>
              <p>{eventText(event)}</p>
              <p className="text-muted text-small">
                <Time at={event.at} zone={zone} />
              </p>
            </li>
          ))}
        </ol>
        {timeline.length === 0 && <p className="text-muted">{t('orders.no_timeline')}</p>}
      </Section>
    </>
  );

  function eventText(event: Detail['timeline'][number]) {
    const name = translateCode(`orders.event_${event.kind.replace('.', '_')}`) ?? event.kind;
    const status = (value: string | undefined) => value && (translateCode(`orders.status_${value}`) ?? value);
    const [from, to] = [status(event.detail?.from), status(event.detail?.to)];
    return from && to ? `${name}: ${from} → ${to}` : name;
  }
}

/** The platform gives every piece a line of its own; equal ones are shown once, with their number. */
function sameTogether(lines: Detail['lines']): Detail['lines'] {
  const same = new Map<string, Detail['lines'][number]>();
  for (const line of lines) {
    const { ext_id: _, quantity, ...rest } = line;
    const key = JSON.stringify(rest);
    const known = same.get(key);
    same.set(key, known ? { ...known, quantity: known.quantity + quantity } : line);
  }
  return [...same.values()];
}
