// One stream of server-sent events a browser, however many tabs are open: the tab that holds the lock reads the
// stream and tells the others. When it is closed the lock goes to the next one.

import type { QueryClient } from '@tanstack/react-query';
import { orderChanged } from '~/api/orders';
import { setReachable } from './online';

export type Change = {
  what: 'orders' | 'returns' | 'chats' | 'stores' | 'alerts' | 'overview' | 'imports' | 'audit' | 'session';
  store?: string;
  id?: string;
};
type Told = { kind: 'change'; change: Change } | { kind: 'open' } | { kind: 'lost' };

/** What has to be read again after a change. Orders are handled one by one (see orderChanged). */
export const staleKeys: Record<Change['what'], string[]> = {
  orders: ['overview'],
  chats: ['chats', 'chat', 'overview'],
  returns: ['returns', 'return', 'overview'],
  stores: ['stores', 'overview'],
  alerts: ['alerts', 'alert', 'chats', 'chat', 'overview'],
  overview: ['overview'],
  imports: ['import'],
  audit: ['audit'],
  session: ['session'],
};

const gatherMs = 400;

/** Reads the stream (or listens to the tab that does) until the returned function is called. */
export function followEvents(client: QueryClient): () => void {
  const channel = new BroadcastChannel('stallward.events');
  const stop = new AbortController();
  let gathered: Change[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lost = false;

  // A burst of events makes one round of reading.
  const flush = () => {
    timer = undefined;
    const changes = gathered;
    gathered = [];
    const keys = new Set(changes.flatMap((change) => staleKeys[change.what]));
    for (const key of keys) client.invalidateQueries({ queryKey: [key] });
    const orders = changes.filter((change) => change.what === 'orders');
    if (orders.length > 0) orderChanged(client, orders);
  };

  const hear = (told: Told) => {
    if (told.kind === 'change') {
      gathered.push(told.change);
      timer ??= setTimeout(flush, gatherMs);
    } else if (told.kind === 'lost') {
      lost = true;
      setReachable(false);
    } else {
      setReachable(true);
      // What happened during the gap was not heard: read again what is shown.
      if (lost) client.invalidateQueries();
      lost = false;
    }
  };
  channel.onmessage = (event: MessageEvent<Told>) => hear(event.data);
  const tell = (told: Told) => {
    hear(told);
    channel.postMessage(told);
  };

  const read = () =>
    new Promise<void>((resolve) => {
      const stream = new EventSource('/api/v1/events');
      stream.onopen = () => tell({ kind: 'open' });
      stream.addEventListener('change', (event) => {
        try {
          tell({ kind: 'change', change: JSON.parse(event.data) as Change });
        } catch {
          // Not ours; the next reading shows the truth anyway.
        }
      });
      stream.onerror = () => {
        tell({ kind: 'lost' });
        // Closed for good: the session is over, or the server refuses. Asking for the session tells which.
        if (stream.readyState === EventSource.CLOSED) {
          client.invalidateQueries({ queryKey: ['session'] });
          setTimeout(() => resolve(), 5000);
        }
      };
      stop.signal.addEventListener('abort', () => {
        stream.close();
        resolve();
      });
    });

  const keepReading = async () => {
    while (!stop.signal.aborted) await read();
  };
  // Without locks (an old browser) every tab reads for itself.
  if ('locks' in navigator) {
    navigator.locks.request('stallward.events', { signal: stop.signal }, keepReading).catch(() => {});
  } else {
    keepReading();
  }
  return () => {
    stop.abort();
    clearTimeout(timer);
    channel.close();
  };
}
