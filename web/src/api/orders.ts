import { type InfiniteData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from './client';

export type Order = Schemas['Order'];
export type OrderPage = Schemas['OrderPage'];
export type OrderTab = 'all' | 'unpaid' | 'to_ship' | 'abnormal';

export type OrderFilter = {
  tab: OrderTab;
  store?: string;
  platform?: Schemas['Platform'];
  status?: Schemas['OrderStatus'];
  search?: string;
  from?: string;
  to?: string;
};

export const windowSize = 200;

export const readOrders = (filter: OrderFilter, cursor?: string, signal?: AbortSignal) =>
  call(() =>
    api.GET('/orders', {
      params: {
        query: {
          ...filter,
          store: filter.store ? [filter.store] : undefined,
          status: filter.status ? [filter.status] : undefined,
          cursor,
          limit: windowSize,
        },
      },
      signal,
    }),
  );

export const ordersQuery = (filter: OrderFilter) => ({
  queryKey: ['orders', filter] as const,
  queryFn: ({ pageParam, signal }: { pageParam: string | undefined; signal: AbortSignal }) =>
    readOrders(filter, pageParam, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: OrderPage) => page.next,
});

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: ({ signal }) => call(() => api.GET('/orders/{order}', { params: { path: { order: id } }, signal })),
  });

type Loaded = InfiniteData<OrderPage, string | undefined>;

const newerFirst = (a: Order, b: Order) => (a.created_at === b.created_at ? 0 : a.created_at < b.created_at ? 1 : -1);

/**
 * Puts a fresh first window over what is loaded, without reading the later windows again: rows that the first window
 * covers are replaced by it, older ones stay. The first page grows, and its cursor stays, so nothing is skipped.
 */
export function mergeFirstWindow(loaded: Loaded, fresh: OrderPage): Loaded {
  const [first, ...rest] = loaded.pages;
  if (!first) return { ...loaded, pages: [fresh] };
  // The whole list fits in the window: it is the truth.
  if (!fresh.next) return { pages: [fresh], pageParams: [undefined] };
  const ids = new Set(fresh.rows.map((row) => row.id));
  const oldest = fresh.rows.at(-1);
  const older = first.rows.filter((row) => !ids.has(row.id) && oldest !== undefined && newerFirst(oldest, row) < 0);
  const later = rest.map((page) => ({ ...page, rows: page.rows.filter((row) => !ids.has(row.id)) }));
  return { ...loaded, pages: [{ ...fresh, rows: [...fresh.rows, ...older], next: first.next }, ...later] };
}

/** Replaces one order wherever it is loaded. */
export function replaceOrder(loaded: Loaded, order: Order): Loaded {
  const has = (page: OrderPage) => page.rows.some((row) => row.id === order.id);
  if (!loaded.pages.some(has)) return loaded;
  return {
    ...loaded,
    pages: loaded.pages.map((page) =>
      has(page) ? { ...page, rows: page.rows.map((row) => (row.id === order.id ? order : row)) } : page,
    ),
  };
}

const oneByOne = 20;

/** Brings order lists on the screen up to date after changes. */
export async function orderChanged(client: QueryClient, changes: { id?: string }[]) {
  const ids = [...new Set(changes.flatMap((change) => change.id ?? []))];
  for (const id of ids) client.invalidateQueries({ queryKey: ['order', id] });
  const lists = client.getQueryCache().findAll({ queryKey: ['orders'] });
  for (const list of lists.filter((query) => !query.isActive())) client.removeQueries({ queryKey: list.queryKey });
  const active = lists.filter((query) => query.isActive() && query.state.data);
  await Promise.all(
    active.map(async (query) => {
      const fresh = await readOrders(query.queryKey[1] as OrderFilter).catch(() => null);
      if (!fresh) return;
      client.setQueryData<Loaded>(query.queryKey, (loaded) => loaded && mergeFirstWindow(loaded, fresh));
      // Older rows that changed are below the first window: read them singly while they are few.
      const below = ids.filter((id) => {
        const pages = (client.getQueryData(query.queryKey) as Loaded | undefined)?.pages ?? [];
        return !fresh.rows.some((row) => row.id === id) && pages.some((page) => page.rows.some((row) => row.id === id));
      });
      if (below.length > oneByOne) {
        await client.invalidateQueries({ queryKey: query.queryKey });
        return;
      }
      for (const id of below) {
        const detail = await call(() => api.GET('/orders/{order}', { params: { path: { order: id } } })).catch(
          () => null,
        );
        if (detail)
          client.setQueryData<Loaded>(query.queryKey, (loaded) => loaded && replaceOrder(loaded, detail.order));
      }
    }),
  );
}
