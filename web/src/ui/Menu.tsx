import { Check } from 'lucide-react';
import { DropdownMenu as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn';

const item =
  'flex min-h-7 cursor-pointer select-none items-center gap-2 rounded px-2 py-1 outline-none data-[highlighted]:bg-accent-tint max-desk:min-h-10';

/** A menu of actions or choices under a button. */
export function Menu({
  trigger,
  children,
  align = 'end',
}: {
  trigger: ReactNode;
  children: ReactNode;
  align?: 'start' | 'end';
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="fade-in z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-48 max-w-80 overflow-y-auto rounded border bg-bg p-1 shadow-float"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function MenuItem({
  onSelect,
  children,
  danger,
}: {
  onSelect: () => void;
  children: ReactNode;
  danger?: boolean;
}) {
  return (
    <Radix.Item onSelect={onSelect} className={cn(item, danger && 'text-critical')}>
      {children}
    </Radix.Item>
  );
}

export const MenuLine = () => <Radix.Separator className="my-1 border-t" />;

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className="px-2 py-1 text-muted text-small">{children}</Radix.Label>
);

/** A set of choices of which one holds. */
export function MenuChoice<V extends string>({
  value,
  options,
  onChange,
}: {
  value: V;
  options: { value: V; label: string; lang?: string }[];
  onChange: (value: V) => void;
}) {
  return (
    <Radix.RadioGroup value={value} onValueChange={(next) => onChange(next as V)}>
      {options.map((option) => (
        <Radix.RadioItem key={option.value} value={option.value} className={item} lang={option.lang}>
          <span className="size-4 shrink-0">
            <Radix.ItemIndicator>
              <Check className="size-4" aria-hidden="true" />
            </Radix.ItemIndicator>
          </span>
          {option.label}
        </Radix.RadioItem>
      ))}
    </Radix.RadioGroup>
  );
}
