import { useSyncExternalStore } from 'react';

// Whether the server answers. Set by each request and by the event stream.
let reachable = true;
const watchers = new Set<() => void>();

export function setReachable(next: boolean) {
  if (next === reachable) return;
  reachable = next;
  for (const wake of watchers) wake();
}

export const useReachable = () =>
  useSyncExternalStore(
    (wake) => {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    () => reachable,
  );
