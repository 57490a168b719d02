import { queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from './client';

export type Conversation = Schemas['Conversation'];
export type ConversationPage = Schemas['ConversationPage'];
export type Message = Schemas['Message'];
export type MessagePage = Schemas['MessagePage'];
export type ChatTab = 'all' | 'unread' | 'waiting' | 'danger';

export type ChatFilter = { tab: ChatTab; store?: string; platform?: Schemas['Platform'] };

const windowSize = 50;

export const chatsQuery = (filter: ChatFilter) => ({
  queryKey: ['chats', filter] as const,
  queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
    call(() =>
      api.GET('/conversations', {
        params: {
          query: {
            ...filter,
            store: filter.store ? [filter.store] : undefined,
            cursor: pageParam,
            limit: windowSize,
          },
        },
        signal,
      }),
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: ConversationPage) => page.next,
});

export const chatQuery = (id: string) =>
  queryOptions({
    queryKey: ['chat', id],
    queryFn: ({ signal }) =>
      call(() => api.GET('/conversations/{conversation}', { params: { path: { conversation: id } }, signal })),
  });

export const messagesQuery = (id: string) => ({
  queryKey: ['chat', id, 'messages'] as const,
  queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
    call(() =>
      api.GET('/conversations/{conversation}/messages', {
        params: { path: { conversation: id }, query: { cursor: pageParam } },
        signal,
      }),
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: MessagePage) => page.next,
});
