import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { formatNumber } from '~/app/format';

export type Tab = { value: string; label: string; count?: number | null };

/** Tabs over one list or form; which one is open is kept by the caller, in the address. */
export function Tabs({
  label,
  value,
  tabs,
  onChange,
  children,
}: {
  label: string;
  value: string;
  tabs: Tab[];
  onChange: (value: string) => void;
  /** The panel of the open tab. */
  children: ReactNode;
}) {
  return (
    <Radix.Root value={value} onValueChange={onChange} activationMode="manual" className="contents">
      <Radix.List aria-label={label} className="flex shrink-0 gap-1 overflow-x-auto overflow-y-hidden border-b">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.value}
            value={tab.value}
            className="flex min-h-8 shrink-0 items-center gap-1.5 whitespace-nowrap border-transparent border-b-2 px-3 py-1 text-muted hover:text-fg data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-fg max-desk:min-h-10"
          >
            {tab.label}
            {tab.count != null && <span className="text-muted text-small">{formatNumber(tab.count)}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      <Radix.Content value={value} className="contents" tabIndex={-1}>
        {children}
      </Radix.Content>
    </Radix.Root>
  );
}
