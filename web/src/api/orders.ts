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
const deepEveryMs = 10_000;
const deepWaiting = new Map<string, ReturnType<typeof setTimeout>>();

type Change = { id?: string; store?: string };

/**
 * Brings order lists on the screen up to date after changes: the first window at once. Later windows that are loaded are
 * read one row at a time where the change names its order, else as a whole, but only every ten seconds.
 */
export async function orderChanged(client: QueryClient, changes: Change[]) {
  const ids = [...new Set(changes.flatMap((change) => change.id || []))];
  const unnamed = changes.some((change) => !change.id);
  if (unnamed) client.invalidateQueries({ queryKey: ['order'] });
  else for (const id of ids) client.invalidateQueries({ queryKey: ['order', id] });
  const lists = client.getQueryCache().findAll({ queryKey: ['orders'] });
  for (const list of lists.filter((query) => !query.isActive())) client.removeQueries({ queryKey: list.queryKey });
  await Promise.all(
    lists.map(async (query) => {
      const filter = query.queryKey[1] as OrderFilter;
      const concerns = (change: Change) => !filter.store || !change.store || filter.store === change.store;
      if (!query.isActive() || !query.state.data || !changes.some(concerns)) return;
      const fresh = await readOrders(filter).catch(() => null);
      if (!fresh) return;
      client.setQueryData<Loaded>(query.queryKey, (loaded) => loaded && mergeFirstWindow(loaded, fresh));
      const pages = client.getQueryData<Loaded>(query.queryKey)?.pages ?? [];
      const below = ids.filter(
        (id) =>
          !fresh.rows.some((row) => row.id === id) && pages.some((page) => page.rows.some((row) => row.id === id)),
      );
      if (below.length > oneByOne || (unnamed && pages.length > 1)) readDeep(client, query.queryHash, query.queryKey);
      else await Promise.all(below.map((id) => readOne(client, query.queryKey, id)));
    }),
  );
}

function readDeep(client: QueryClient, hash: string, queryKey: readonly unknown[]) {
  if (deepWaiting.has(hash)) return;
  const later = setTimeout(() => {
    deepWaiting.delete(hash);
    client.invalidateQueries({ queryKey, exact: true });
  }, deepEveryMs);
  deepWaiting.set(hash, later);
}

async function readOne(client: QueryClient, queryKey: readonly unknown[], id: string) {
  const detail = await call(() => api.GET('/orders/{order}', { params: { path: { order: id } } })).catch(() => null);
  if (detail) client.setQueryData<Loaded>(queryKey, (loaded) => loaded && replaceOrder(loaded, detail.order));
}
