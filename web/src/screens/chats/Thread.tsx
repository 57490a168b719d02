import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useLayoutEffect, useMemo, useRef } from 'react';
import { chatQuery, type Message, messagesQuery } from '~/api/chats';
import { ProblemNotice } from '~/app/problem-text';
import { platformName, useStores } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { cn } from '~/ui/cn';
import { Empty } from '~/ui/Empty';
import { MarkedText } from '~/ui/MarkedText';
import { SeverityTag } from '~/ui/Severity';
import { Skeleton } from '~/ui/Skeleton';
import { Time } from '~/ui/Time';
import { AnswerBy } from './AnswerBy';
import { buyerName, findingSeverity, kindText } from './words';

/** The messages of one conversation, the newest at the bottom. */
export function Thread({ id, onBack }: { id: string; onBack?: () => void }) {
  const t = useT();
  const { data: chat } = useQuery(chatQuery(id));
  const store = useStores().get(chat?.conversation.store ?? '');
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery(messagesQuery(id));
  const messages = useMemo(() => (data?.pages.flatMap((page) => page.rows) ?? []).toReversed(), [data]);
  const box = useRef<HTMLDivElement>(null);
  const newest = messages.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new message at the end is what moves the view there.
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [newest]);
  return (
    <section aria-label={t('chats.thread')} className="flex min-h-0 min-w-0 grow flex-col max-wide:shrink-0">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-2">
        {onBack && (
          <Button kind="quiet" shape="icon" aria-label={t('chats.back')} onClick={onBack}>
            <ArrowLeft className="size-4" aria-hidden="true" />
          </Button>
        )}
        <div className="min-w-0 grow">
          <Name phone={!!onBack}>{chat ? buyerName(t, chat.conversation) : t('chats.conversation')}</Name>
          {store && (
            <p className="truncate text-muted text-small">
              {store.name} · {platformName[store.platform]} {store.region}
            </p>
          )}
        </div>
        {chat && <AnswerBy chat={chat.conversation} zone={store?.time_zone} />}
      </header>
      {error && (
        <div className="p-4">
          <ProblemNotice error={error} title={t('chats.thread_unreadable')} onRetry={() => refetch()} />
        </div>
      )}
      {!data && !error && <Skeleton rows={8} className="px-4" />}
      {data && messages.length === 0 && <Empty title={t('chats.thread_empty')} />}
      {messages.length > 0 && (
        <div
          ref={box}
          tabIndex={0}
          role="log"
          aria-label={t('chats.messages')}
          className="grid min-h-0 grow content-start gap-3 overflow-y-auto px-4 py-3 max-wide:max-h-[65dvh] focus-visible:-outline-offset-2"
        >
          {hasNextPage && (
            <p className="text-center">
              <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
                {t('chats.older')}
              </Button>
            </p>
          )}
          {messages.map((message) => (
            <Bubble key={message.id} message={message} zone={store?.time_zone} />
          ))}
        </div>
      )}
    </section>
  );
}

/** On a phone the conversation is all of the page, so its name is the heading. */
function Name({ phone, children }: { phone: boolean; children: ReactNode }) {
  const Heading = phone ? 'h1' : 'h2';
  return <Heading className="truncate font-semibold text-section">{children}</Heading>;
}

const outside = (sender: Message['sender']) => sender === 'buyer' || sender === 'unknown';

function Bubble({ message, zone }: { message: Message; zone: string | undefined }) {
  const t = useT();
  const { finding } = message;
  const alarming = finding && finding.severity !== 'none';
  return (
    <article className={cn('grid max-w-[85%] gap-1', outside(message.sender) ? 'mr-auto' : 'ml-auto')}>
      <p className="flex flex-wrap items-center gap-2 text-muted text-small">
        <span>{t(`overview.sender_${message.sender}`)}</span>
        <Time at={message.sent_at} zone={zone} short />
        {alarming && <SeverityTag severity={findingSeverity(finding.severity)} />}
      </p>
      <div
        className={cn(
          'rounded border px-3 py-2',
          outside(message.sender) ? 'bg-surface' : 'bg-accent-tint',
          alarming && 'border-high',
        )}
      >
        {message.text ? (
          <MarkedText
            text={message.text}
            spans={(finding?.reasons ?? []).map((reason) =>
              reason.at?.part === 'text' ? reason.at : { from: 0, to: 0 },
            )}
          />
        ) : (
          <p className="text-muted">{kindText(t, message.kind)}</p>
        )}
      </div>
    </article>
  );
}
