import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { chatQuery, type Message, messagesQuery } from '~/api/chats';
import { ProblemNotice } from '~/app/problem-text';
import { useStores } from '~/app/stores';
import { toVerdict } from '~/app/verdict';
import { useT } from '~/app/words';
import { OrderStatus } from '~/screens/orders/columns';
import { Section } from '~/ui/Drawer';
import { ReasonCard } from '~/ui/ReasonCard';
import { Skeleton } from '~/ui/Skeleton';
import { Money, Time } from '~/ui/Time';

const rank: Record<string, number> = { none: 0, low: 1, medium: 2, high: 3, critical: 4 };

/** The worst of the messages that are loaded, the newest of equals. */
function worst(messages: Message[]): Message | undefined {
  return messages.reduce<Message | undefined>((found, message) => {
    const here = rank[message.finding?.severity ?? 'none'] ?? 0;
    return here > (rank[found?.finding?.severity ?? 'none'] ?? 0) ? message : found;
  }, undefined);
}

/** Why a message was found dangerous, and what the buyer ordered. */
export function SidePane({ id }: { id: string }) {
  const t = useT();
  const { data, error, refetch } = useQuery(chatQuery(id));
  const { data: thread } = useInfiniteQuery(messagesQuery(id));
  const store = useStores().get(data?.conversation.store ?? '');
  const dangerous = worst(thread?.pages.flatMap((page) => page.rows) ?? []);
  const finding = dangerous?.finding;
  return (
    <section
      aria-label={t('chats.side')}
      tabIndex={0}
      className="grid w-80 shrink-0 content-start gap-5 overflow-y-auto border-l p-4 focus-visible:-outline-offset-2 max-wide:w-full max-wide:overflow-visible max-wide:border-t max-wide:border-l-0"
    >
      {dangerous && finding && (
        <ReasonCard
          verdict={toVerdict({
            severity: finding.severity,
            verdict: finding.verdict,
            category: finding.category,
            score: finding.score,
            reasons: finding.reasons,
            against: finding.against,
            parts: [{ name: 'text', text: dangerous.text }],
            rules: [{ id: finding.detector, version: finding.rules_version }],
          })}
        />
      )}
      <Section title={t('chats.orders')}>
        {error && <ProblemNotice error={error} title={t('chats.buyer_unreadable')} onRetry={() => refetch()} />}
        {!data && !error && <Skeleton rows={4} />}
        {data && data.orders.length === 0 && <p className="text-muted">{t('chats.no_orders')}</p>}
        {data && data.orders.length > 0 && (
          <ul className="divide-y rounded border">
            {data.orders.map((order) => (
              <li key={order.id} className="grid gap-0.5 px-3 py-2">
                <p className="flex flex-wrap justify-between gap-x-3">
                  <Link to="/orders" search={{ order: order.id }} className="link font-mono">
                    {order.ext_id}
                  </Link>
                  <Money amount={order.total} />
                </p>
                <p className="truncate">{order.item}</p>
                <p className="flex flex-wrap justify-between gap-x-3 text-muted text-small">
                  <OrderStatus order={order} />
                  <Time at={order.created_at} zone={store?.time_zone} short />
                </p>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </section>
  );
}
