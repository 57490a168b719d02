import { useRef } from 'react';

/**
 * Gives the focus back to what had it when a layer opened. Radix does so only for layers with a trigger of their own;
 * ours are opened by state, often from the address. Call it in the component that renders the layer.
 */
export function useReturnFocus(open: boolean) {
  const before = useRef<Element | null>(null);
  const was = useRef(false);
  if (open && !was.current) before.current = document.activeElement;
  was.current = open;
  return (event: Event) => {
    event.preventDefault();
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus();
  };
}
