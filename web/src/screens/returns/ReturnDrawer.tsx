import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Schemas } from '~/api/client';
import { returnQuery } from '~/api/returns';
import { formatNumber } from '~/app/format';
import { ProblemNotice } from '~/app/problem-text';
import { platformName, useStores } from '~/app/stores';
import { translateCode, useT } from '~/app/words';
import { CopyButton } from '~/ui/CopyButton';
import { Drawer, Facts, Section } from '~/ui/Drawer';
import { Notice } from '~/ui/Notice';
import { Skeleton } from '~/ui/Skeleton';
import { Money, Time } from '~/ui/Time';
import { ReturnStatus, reasonOf, waits } from './columns';
import { TimeLeft } from './TimeLeft';

type Detail = Schemas['ReturnDetail'];

/** Everything known about one return, refund or cancellation. */
export function ReturnDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const stores = useStores();
  const { data, error, refetch } = useQuery(returnQuery(id));
  const one = data?.return;
  const store = one && stores.get(one.store);
  return (
    <Drawer
      open
      onClose={onClose}
      title={one ? t(`returns.kind_${one.kind}`) : t('returns.one')}
      subtitle={
        store && (
          <Link to="/stores" search={{ open: store.id }} className="link">
            {store.name} · {platformName[store.platform]} {store.region}
          </Link>
        )
      }
      footer={one && <CopyButton text={one.ext_id} label={t('returns.copy_number')} />}
    >
      {error && <ProblemNotice error={error} title={t('returns.one_unreadable')} onRetry={() => refetch()} />}
      {!data && !error && <Skeleton rows={12} />}
      {data && <Body detail={data} zone={store?.time_zone} />}
    </Drawer>
  );
}

function Body({ detail, zone }: { detail: Detail; zone: string | undefined }) {
  const t = useT();
  const { return: one, timeline } = detail;
  const facts: [string, ReactNode][] = [
    [t('orders.status'), <ReturnStatus key="status" one={one} />],
    [
      t('returns.raw_status'),
      <span key="raw" className="break-all font-mono text-small">
        {one.raw_status}
      </span>,
    ],
    [t('orders.amount'), <Money key="amount" amount={one.amount} />],
    [t('returns.reason'), reasonOf(one)],
    [
      t('orders.order'),
      detail.order ? (
        <Link key="order" to="/orders" search={{ order: detail.order }} className="link font-mono">
          {one.order_ext_id}
        </Link>
      ) : (
        <span key="order" className="font-mono">
          {one.order_ext_id}
        </span>
      ),
    ],
    [t('orders.item'), one.item_count > 1 ? `${one.item || '–'} (${formatNumber(one.item_count)})` : one.item || '–'],
    [t('returns.opened'), <Time key="opened" at={one.created_at} zone={zone} />],
    [t('returns.changed'), <Time key="changed" at={one.updated_at} zone={zone} />],
  ];
  const add = (name: string, value: ReactNode) => value && facts.push([name, value]);
  if (one.answer_by) add(t('returns.answer_by'), <Time key="by" at={one.answer_by} zone={zone} />);
  add(t('returns.asked_by'), one.asked_by);
  add(
    t('returns.number'),
    <span key="number" className="font-mono">
      {one.ext_id}
    </span>,
  );
  add(t('orders.tracking'), one.tracking_number && <span className="font-mono">{one.tracking_number}</span>);
  return (
    <>
      {waits(one) && (
        <Notice severity="high" title={<TimeLeft answerBy={one.answer_by} zone={zone} />}>
          {t('returns.answer_there')}
        </Notice>
      )}
      {one.disputed && <Notice severity="high" title={t('returns.disputed')} />}
      <Section title={t('orders.facts')}>
        <Facts rows={facts} />
      </Section>
      {detail.buyer_text && (
        <Section title={t('returns.buyer_text')}>
          <p className="whitespace-pre-wrap rounded bg-surface p-2">{detail.buyer_text}</p>
        </Section>
      )}
      <Section title={t('orders.timeline')}>
        <ol className="grid gap-2 border-l pl-4">
          {timeline.map((event) => (
            <li key={`${event.kind}${event.at}${event.detail?.to}`}>
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
    const status = (value: string | undefined) => value && (translateCode(`returns.status_${value}`) ?? value);
    const [from, to] = [status(event.detail?.from), status(event.detail?.to)];
    return to ? `${name}: ${from && from !== to ? `${from} → ` : ''}${to}` : name;
  }
}
