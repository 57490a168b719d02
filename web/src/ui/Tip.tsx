import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';

/** A short text beside its trigger, on hover and on keyboard focus. Never the only place for something needed. */
export function Tip({ text, children }: { text: ReactNode; children: ReactNode }) {
  if (!text) return children;
  return (
    <Tooltip.Root delayDuration={300}>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={4}
          collisionPadding={8}
          className="fade-in z-50 max-w-80 rounded border bg-bg px-2 py-1 text-fg text-small shadow-float"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export const TipProvider = Tooltip.Provider;

/** Text cut at the end when it does not fit; the whole of it shows on hover and focus. */
export function Cut({ text, className, lang }: { text: string; className?: string; lang?: string }) {
  return (
    <span className={className ?? 'block min-w-0 truncate'} title={text} lang={lang}>
      {text}
    </span>
  );
}
