import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Platform, type Store, storesQuery } from '~/api/queries';
import type { Severity } from '~/ui/Severity';
import { useMay } from './session';

/** Names of the platforms are names: they are not translated. */
export const platformName: Record<Platform, string> = {
  tiktok_shop: 'TikTok Shop',
  shopee: 'Shopee',
  lazada: 'Lazada',
};

/** All stores by id. Empty until they are read. */
export function useStores(): Map<string, Store> {
  const may = useMay('view_stores');
  const { data } = useQuery({ ...storesQuery, enabled: may });
  return useMemo(() => new Map((data?.rows ?? []).map((store) => [store.id, store])), [data]);
}

/** Data older than this is said to be old. */
export const staleAfterMs = 15 * 60_000;

/** The same for one store. Lazada asks to be read hourly while it sends what changes; the others are read more often. */
export const storeStaleAfterMs = (store: Store) => (store.platform === 'lazada' ? 75 * 60_000 : staleAfterMs);

/** A store's connection as a severity. Anything that is not known to work is not shown as fine. */
export function connectionSeverity(store: Store): Severity {
  if (store.connection === 'reconnect') return 'high';
  if (store.connection === 'held') return 'medium';
  if (store.connection !== 'connected') return 'unknown';
  if (store.status === 'restricted' || store.status === 'inactive') return 'high';
  if (store.last_error) return 'medium';
  return store.status === 'unknown' || !store.last_sync_at ? 'unknown' : 'ok';
}
