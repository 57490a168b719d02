import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { type ChatFilter, chatsQuery } from '~/api/chats';
import { useCommand } from '~/app/keyboard';
import { ProblemNotice } from '~/app/problem-text';
import { type ChatSearch, chatTabs, platforms } from '~/app/search';
import { platformName, staleAfterMs, useStores } from '~/app/stores';
import { usePhone } from '~/app/use-media';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { cn } from '~/ui/cn';
import { Empty } from '~/ui/Empty';
import { Notice } from '~/ui/Notice';
import { PageHead } from '~/ui/Page';
import { Select } from '~/ui/Select';
import { Skeleton } from '~/ui/Skeleton';
import { Tabs } from '~/ui/Tabs';
import { StaleClock } from '~/ui/Time';
import { ChatList } from './ChatList';
import { NoChats } from './NoChats';
import { SidePane } from './SidePane';
import { Thread } from './Thread';

/** What buyers wrote, in all stores: the list, one conversation, and what is known about its buyer. */
export default function Chats() {
  const t = useT();
  const search = useSearch({ from: '/chats' });
  const navigate = useNavigate({ from: '/chats' });
  const stores = useStores();
  const phone = usePhone();

  const { store, platform, chat } = search;
  const tab = search.tab ?? 'all';
  const filter = useMemo<ChatFilter>(
    () => ({ tab, ...(store && { store }), ...(platform && { platform }) }),
    [tab, store, platform],
  );
  const { data, error, isPlaceholderData, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useInfiniteQuery({
    ...chatsQuery(filter),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => data?.pages.flatMap((page) => page.rows) ?? [], [data]);
  const head = data?.pages[0];

  const change = useCallback(
    (next: Partial<ChatSearch> & { store?: string }) =>
      navigate({ search: (before) => ({ ...before, ...next }), replace: true }),
    [navigate],
  );
  const open = useCallback(
    (id: string | undefined) =>
      navigate({ search: (before) => ({ ...before, chat: id }), replace: chat !== undefined }),
    [navigate, chat],
  );
  const move = (by: 1 | -1) => {
    const place = rows.findIndex((row) => row.id === chat);
    const next = rows[place < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, place + by))];
    if (next) open(next.id);
  };
  useCommand('row.next', () => move(1));
  useCommand('row.previous', () => move(-1));

  const blind = (head?.unread_stores ?? []).map((id) => stores.get(id)?.name ?? id);
  const filtered = platform !== undefined || store !== undefined;
  // On a phone one thing at a time.
  const listShown = !phone || !chat;
  return (
    <>
      {listShown && (
        <PageHead
          title={t('chats.title')}
          note={head && <StaleClock at={head.as_of ?? null} staleAfterMs={staleAfterMs} />}
        />
      )}
      <div className={cn('flex min-h-0 grow', phone && 'flex-col')}>
        {listShown && (
          <div className="flex w-80 shrink-0 flex-col border-r max-desk:w-full max-desk:grow max-desk:border-r-0">
            <Tabs
              label={t('chats.tabs')}
              value={tab}
              onChange={(next) => change({ tab: next as ChatSearch['tab'] })}
              tabs={chatTabs.map((value) => ({
                value,
                label: t(`chats.tab_${value}`),
                count: value === 'all' ? null : (head?.counts[value] ?? null),
              }))}
            >
              <div className="flex flex-wrap gap-2 border-b px-3 py-2">
                <Select
                  aria-label={t('orders.platform')}
                  className="w-auto"
                  value={platform ?? ''}
                  options={[
                    { value: '', label: t('orders.any_platform') },
                    ...platforms.map((value) => ({ value, label: platformName[value] })),
                  ]}
                  onChange={(event) =>
                    change({ platform: (event.target.value || undefined) as ChatSearch['platform'] })
                  }
                />
              </div>
              {blind.length > 0 && (
                <div className="px-3 py-2">
                  <Notice
                    severity="medium"
                    title={t('chats.blind', { count: blind.length })}
                    action={
                      <Button asChild>
                        <Link to="/stores">{t('orders.see_stores')}</Link>
                      </Button>
                    }
                  >
                    {blind.join(', ')}
                  </Notice>
                </div>
              )}
              {error && (
                <div className="px-3 py-2">
                  <ProblemNotice error={error} title={t('chats.unreadable')} onRetry={() => refetch()} />
                </div>
              )}
              {!data && !error && <Skeleton rows={12} className="px-3" />}
              {data && rows.length === 0 && (
                <NoChats
                  tab={tab}
                  filtered={filtered}
                  connected={stores.size > 0}
                  onClear={() => change({ platform: undefined, store: undefined })}
                />
              )}
              {rows.length > 0 && (
                <ChatList
                  rows={rows}
                  openId={chat ?? null}
                  onOpen={open}
                  hasMore={hasNextPage}
                  loadingMore={isFetchingNextPage}
                  onMore={fetchNextPage}
                  className={isPlaceholderData ? 'opacity-60' : undefined}
                />
              )}
            </Tabs>
          </div>
        )}
        {chat && (
          <div className="flex min-h-0 min-w-0 grow max-wide:flex-col max-wide:overflow-y-auto">
            <Thread key={chat} id={chat} onBack={phone ? () => open(undefined) : undefined} />
            <SidePane key={`side-${chat}`} id={chat} />
          </div>
        )}
        {!chat && !phone && rows.length > 0 && (
          <div className="grid min-w-0 grow place-items-center">
            <Empty title={t('chats.choose')}>{t('chats.choose_text')}</Empty>
          </div>
        )}
      </div>
    </>
  );
}
