import { describe, expect, it } from 'vitest';
import { mergeFirstWindow, type Order, type OrderPage, replaceOrder } from './orders';

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
