import { Slot } from 'radix-ui';
import { type ComponentPropsWithRef, useEffect } from 'react';

// How many open layers want the page behind them to stand still.
let locks = 0;

/** Keeps the page behind a dialog from scrolling. Stands in for the package Radix uses (see vite.config.ts). */
export function RemoveScroll({
  children,
  ref,
  enabled = true,
}: ComponentPropsWithRef<'div'> & { enabled?: boolean; as?: unknown; allowPinchZoom?: boolean; shards?: unknown }) {
  useEffect(() => {
    if (!enabled) return;
    locks += 1;
    document.documentElement.dataset.scrollLocked = '';
    return () => {
      locks -= 1;
      if (locks === 0) delete document.documentElement.dataset.scrollLocked;
    };
  }, [enabled]);
  return <Slot.Root ref={ref}>{children}</Slot.Root>;
}
