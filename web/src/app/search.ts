// What each screen keeps in the address. Anything else in an address is dropped, so that an old or mistyped link
// still opens the screen.

import type { Schemas } from '~/api/client';

type Raw = Record<string, unknown>;

/** Keeps what is there: an address never carries empty names. */
const present = <T extends object>(values: T): Partial<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;

const text = (raw: Raw, name: string): string | undefined => {
  const value = raw[name];
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
};

const oneOf = <V extends string>(raw: Raw, name: string, values: readonly V[]): V | undefined => {
  const value = text(raw, name);
  return values.includes(value as V) ? (value as V) : undefined;
};

export const platforms = ['tiktok_shop', 'shopee', 'lazada'] as const satisfies readonly Schemas['Platform'][];
export const orderStatuses = [
  'unpaid',
  'on_hold',
  'to_ship',
  'partly_shipped',
  'to_collect',
  'in_transit',
  'delivered',
  'completed',
  'cancelled',
  'unknown',
] as const satisfies readonly Schemas['OrderStatus'][];
export const orderTabs = ['unpaid', 'to_ship', 'abnormal', 'all'] as const;

export const rootSearch = (raw: Raw) => present({ store: text(raw, 'store') });

export const overviewSearch = (raw: Raw) => present({ alert: text(raw, 'alert') });

export type OrderSearch = ReturnType<typeof orderSearch>;
export const orderSearch = (raw: Raw) =>
  present({
    tab: oneOf(raw, 'tab', orderTabs),
    platform: oneOf(raw, 'platform', platforms),
    status: oneOf(raw, 'status', orderStatuses),
    search: text(raw, 'search'),
    days: oneOf(raw, 'days', ['1', '7', '30', '90'] as const),
    order: text(raw, 'order'),
  });

export const chatTabs = ['all', 'unread', 'waiting', 'danger'] as const;
export type ChatSearch = ReturnType<typeof chatSearch>;
export const chatSearch = (raw: Raw) =>
  present({
    tab: oneOf(raw, 'tab', chatTabs),
    platform: oneOf(raw, 'platform', platforms),
    chat: text(raw, 'chat'),
  });

export const returnTabs = ['to_answer', 'due', 'all'] as const;
export const returnKinds = [
  'refund_only',
  'return_and_refund',
  'replacement',
  'cancellation',
] as const satisfies readonly Schemas['ReturnKind'][];
export const returnStatuses = [
  'requested',
  'waiting_for_seller',
  'waiting_for_buyer',
  'in_transit',
  'received',
  'refunded',
  'rejected',
  'closed',
  'unknown',
] as const satisfies readonly Schemas['ReturnStatus'][];

export type ReturnSearch = ReturnType<typeof returnSearch>;
export const returnSearch = (raw: Raw) =>
  present({
    tab: oneOf(raw, 'tab', returnTabs),
    platform: oneOf(raw, 'platform', platforms),
    kind: oneOf(raw, 'kind', returnKinds),
    status: oneOf(raw, 'status', returnStatuses),
    one: text(raw, 'one'),
  });

export const importSearch = (raw: Raw) => present({ id: text(raw, 'id') });

const list = (raw: Raw, name: string): string[] | undefined => {
  const value = raw[name];
  const values = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
  return values.length > 0 ? values : undefined;
};

/** `connected`, `held`, `hold_reason` and `connect_error` come from the server after the platform's page. */
export const storeSearch = (raw: Raw) =>
  present({
    open: text(raw, 'open'),
    connect: text(raw, 'connect'),
    connected: list(raw, 'connected'),
    held: list(raw, 'held'),
    hold_reason: text(raw, 'hold_reason'),
    connect_error: text(raw, 'connect_error'),
  });

export const checkerSearch = (raw: Raw) => present({ example: text(raw, 'example') });

export const auditSearch = (raw: Raw) =>
  present({
    person: text(raw, 'person'),
    kind: text(raw, 'kind'),
    days: oneOf(raw, 'days', ['1', '7', '30', '90'] as const),
    entry: text(raw, 'entry'),
  });
