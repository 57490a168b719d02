import { queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from './client';
import { windowSize } from './orders';

export type Return = Schemas['Return'];
export type ReturnPage = Schemas['ReturnPage'];
export type ReturnTab = 'to_answer' | 'due' | 'all';

export type ReturnFilter = {
  tab: ReturnTab;
  store?: string;
  platform?: Schemas['Platform'];
  status?: Schemas['ReturnStatus'];
  kind?: Schemas['ReturnKind'];
};

export const returnsQuery = (filter: ReturnFilter) => ({
  queryKey: ['returns', filter] as const,
  queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
    call(() =>
      api.GET('/returns', {
        params: {
          query: { ...filter, store: filter.store ? [filter.store] : undefined, cursor: pageParam, limit: windowSize },
        },
        signal,
      }),
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: ReturnPage) => page.next,
  // Deadlines come nearer while nothing happens; the event stream brings the rest.
  refetchInterval: 60_000,
});

export const returnQuery = (id: string) =>
  queryOptions({
    queryKey: ['return', id],
    queryFn: ({ signal }) => call(() => api.GET('/returns/{return}', { params: { path: { return: id } }, signal })),
  });
