import { type KeyboardEvent, useRef } from 'react';
import type { Conversation } from '~/api/chats';
import { formatNumber } from '~/app/format';
import { platformName, useStores } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { cn } from '~/ui/cn';
import { defanged } from '~/ui/defang';
import { SeverityTag } from '~/ui/Severity';
import { Time } from '~/ui/Time';
import { AnswerBy } from './AnswerBy';
import { buyerName, findingSeverity, kindText } from './words';

/** Conversations, the newest message first. One Tab stop: arrows move inside, Enter opens, Escape closes. */
export function ChatList({
  rows,
  openId,
  onOpen,
  hasMore,
  loadingMore,
  onMore,
  className,
}: {
  rows: Conversation[];
  openId: string | null;
  onOpen: (id: string | undefined) => void;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  className?: string;
}) {
  const t = useT();
  const box = useRef<HTMLUListElement>(null);
  const first = rows.some((row) => row.id === openId) ? openId : rows[0]?.id;
  const walk = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onOpen(undefined);
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by === 0) return;
    const buttons = [...(box.current?.querySelectorAll<HTMLButtonElement>('button[data-row]') ?? [])];
    const place = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, place + by))]?.focus();
    event.preventDefault();
  };
  return (
    <div className={cn('min-h-0 grow overflow-y-auto', className)}>
      <ul ref={box} aria-label={t('chats.list')} onKeyDown={walk} className="divide-y">
        {rows.map((row) => (
          <li key={row.id}>
            <Row chat={row} open={row.id === openId} tabStop={row.id === first} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <p className="p-3 text-center">
          <Button busy={loadingMore} onClick={onMore}>
            {t('chats.more')}
          </Button>
        </p>
      )}
    </div>
  );
}

function Row({
  chat,
  open,
  tabStop,
  onOpen,
}: {
  chat: Conversation;
  open: boolean;
  tabStop: boolean;
  onOpen: (id: string) => void;
}) {
  const t = useT();
  const store = useStores().get(chat.store);
  return (
    <button
      type="button"
      data-row
      tabIndex={tabStop ? 0 : -1}
      aria-current={open || undefined}
      onClick={() => onOpen(chat.id)}
      className={cn(
        'grid w-full gap-0.5 px-3 py-2 text-left hover:bg-surface focus-visible:-outline-offset-2',
        open && 'bg-accent-tint',
      )}
    >
      <span className="flex items-baseline gap-2">
        <span className={cn('min-w-0 grow truncate', chat.unread > 0 && 'font-semibold')}>{buyerName(t, chat)}</span>
        {chat.unread > 0 && (
          <span className="shrink-0 rounded bg-accent px-1.5 text-accent-fg text-small">
            {formatNumber(chat.unread)}
            <span className="sr-only"> {t('chats.unread')}</span>
          </span>
        )}
        <span className="shrink-0 text-muted text-small">
          <Time at={chat.last_message_at} zone={store?.time_zone} short />
        </span>
      </span>
      <span className="truncate text-muted">
        {chat.last && chat.last.sender !== 'buyer' && `${t(`overview.sender_${chat.last.sender}`)}: `}
        {chat.last ? defanged(chat.last.text) || kindText(t, chat.last.kind) : t('chats.no_message')}
      </span>
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="min-w-0 grow truncate text-muted text-small">
          {store && `${store.name} · ${platformName[store.platform]}`}
        </span>
        {chat.severity !== 'none' && <SeverityTag severity={findingSeverity(chat.severity)} />}
        <AnswerBy chat={chat} zone={store?.time_zone} />
      </span>
    </button>
  );
}
