import { InfiniteQueryObserver, QueryClient } from '@tanstack/react-query';
import { http } from 'msw';
import { describe, expect, it } from 'vitest';
import { server, serveTests } from '~/test/server';
import { mergeFirstWindow, type Order, type OrderPage, orderChanged, ordersQuery, replaceOrder } from './orders';

const order = (n: number, more: Partial<Order> = {}): Order => ({
  id: `o_${n}`,
  store: 's_1',
  ext_id: String(n),
  status: 'to_ship',
  raw_status: 'AWAITING_SHIPMENT',
  flags: [],
  total: { minor: 100, currency: 'THB', decimals: 2 },
  item_count: 1,
  item: 'Cup',
  buyer: 'E***',
  // A greater number is newer.
  created_at: new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString(),
  updated_at: '2026-01-01T00:00:00Z',
  source: 'api',
  ...more,
});
const page = (numbers: number[], next?: string): OrderPage => ({
  rows: numbers.map((n) => order(n)),
  next,
  counts: { all: 9, unpaid: 0, to_ship: 9, abnormal: 0 },
  as_of: '2026-01-01T00:00:00Z',
});
const ids = (loaded: { pages: OrderPage[] }) => loaded.pages.map((one) => one.rows.map((row) => Number(row.ext_id)));

describe('mergeFirstWindow', () => {
  const loaded = { pages: [page([9, 8, 7], 'after7'), page([6, 5, 4], 'after4')], pageParams: [undefined, 'after7'] };

  it('puts new orders on top and loses none that fell out of the window', () => {
    const merged = mergeFirstWindow(loaded, page([11, 10, 9], 'after9'));
    expect(ids(merged)).toEqual([
      [11, 10, 9, 8, 7],
      [6, 5, 4],
    ]);
    // The next window still begins where the loaded rows end.
    expect(merged.pages.map((one) => one.next)).toEqual(['after7', 'after4']);
  });
  it('drops what left the list inside the window', () => {
    expect(ids(mergeFirstWindow(loaded, page([9, 7, 6], 'after6')))).toEqual([
      [9, 7, 6],
      [5, 4],
    ]);
  });
  it('takes a window that is the whole list as it is', () => {
    expect(ids(mergeFirstWindow(loaded, page([9, 5])))).toEqual([[9, 5]]);
  });
  it('shows each order once', () => {
    const merged = mergeFirstWindow(loaded, page([10, 6, 5], 'after5'));
    const all = ids(merged).flat();
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('replaceOrder', () => {
  const loaded = { pages: [page([9, 8]), page([7])], pageParams: [undefined, 'x'] };
  it('changes the row where it stands', () => {
    const changed = replaceOrder(loaded, order(7, { status: 'cancelled' }));
    expect(changed.pages[1]?.rows[0]?.status).toBe('cancelled');
    expect(changed.pages[0]).toBe(loaded.pages[0]);
  });
  it('leaves a list without the order alone', () => {
    expect(replaceOrder(loaded, order(1))).toBe(loaded);
  });
});

describe('orderChanged', () => {
  serveTests();
  const url = `${location.origin}/api/v1/orders`;
  const watched = async (filter: Parameters<typeof ordersQuery>[0]) => {
    const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
    const query = ordersQuery(filter);
    const observer = new InfiniteQueryObserver(client, query);
    const stop = observer.subscribe(() => {});
    await observer.refetch();
    return { client, stop, rows: () => observer.getCurrentResult().data?.pages.flatMap((one) => one.rows) ?? [] };
  };

  it('shows a new order of a store without being told which', async () => {
    let newest = 3;
    server.use(http.get(url, () => Response.json(page(Array.from({ length: newest }, (_, n) => newest - n)))));
    const list = await watched({ tab: 'all' });
    newest = 4;
    await orderChanged(list.client, [{ store: 's_1' }]);
    expect(list.rows().map((row) => row.ext_id)).toEqual(['4', '3', '2', '1']);
    list.stop();
  });
  it('does not read a list of another store', async () => {
    let reads = 0;
    server.use(
      http.get(url, () => {
        reads += 1;
        return Response.json(page([1]));
      }),
    );
    const list = await watched({ tab: 'all', store: 's_2' });
    const before = reads;
    await orderChanged(list.client, [{ store: 's_1' }]);
    expect(reads).toBe(before);
    list.stop();
  });
});
