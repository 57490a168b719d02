// What the addresses of all stores say together. Pure.

import type { Schemas } from '~/api/client';

export type Exit = Schemas['Exit'];

export type Standing =
  | 'failed' // The last look found nothing.
  | 'country' // It left from another country not long ago.
  | 'surprise' // Another way out was set, and still the address is another store's.
  | 'shared' // Directly from this server, like other stores.
  | 'on_purpose' // The same proxy was set for other stores.
  | 'moved' // Another address of the same country, not long ago.
  | 'own'
  | 'unknown'; // Nobody has looked.

export type Row = Exit & {
  standing: Standing /** Ids of the stores that leave from the same address. */;
  with: string[];
};

const countryMs = 7 * 86_400_000;
const movedMs = 86_400_000;

export function standings(exits: Exit[], now = Date.now()): Row[] {
  const byAddress = groups(exits, (one) => one.address);
  const byWay = groups(exits, (one) => one.proxy);
  return exits.map((one) => {
    // Without an address, what is known is which stores take the same way.
    const same = (one.address ? byAddress.get(one.address) : byWay.get(one.proxy)) ?? [];
    const others = same.filter((other) => other.store !== one.store);
    return { ...one, with: others.map((other) => other.store), standing: standing(one, others, now) };
  });
}

function standing(one: Exit, others: Exit[], now: number): Standing {
  const changedAgo = one.changed_at ? now - new Date(one.changed_at).getTime() : Number.POSITIVE_INFINITY;
  if (one.error) return 'failed';
  if (changedAgo < countryMs && one.previous_country && one.country && one.previous_country !== one.country)
    return 'country';
  if (others.some((other) => other.proxy !== one.proxy)) return 'surprise';
  if (others.length > 0) return one.proxy === '' ? 'shared' : 'on_purpose';
  if (!one.address) return 'unknown';
  return changedAgo < movedMs ? 'moved' : 'own';
}

function groups(exits: Exit[], key: (exit: Exit) => string | undefined): Map<string, Exit[]> {
  const found = new Map<string, Exit[]>();
  for (const exit of exits) {
    const name = key(exit);
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), exit]);
  }
  return found;
}

export const severityOf = {
  failed: 'high',
  country: 'high',
  surprise: 'high',
  shared: 'medium',
  moved: 'low',
  unknown: 'unknown',
  on_purpose: 'info',
  own: 'ok',
} as const;
const order = Object.keys(severityOf) as Standing[];
export const byTrouble = (a: Row, b: Row) => order.indexOf(a.standing) - order.indexOf(b.standing);
