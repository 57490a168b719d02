import { useSyncExternalStore } from 'react';

// One timer for all clocks on the page, every 10 s; nothing runs while no clock is shown.
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function subscribe(watcher: () => void) {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const wake of watchers) wake();
  }, 10_000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The present, to about 10 s. Reading `Date.now()` in a component would not make it render again. */
export const useNow = () =>
  useSyncExternalStore(subscribe, () => {
    if (!timer) now = Date.now();
    return now;
  });
