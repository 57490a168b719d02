import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useT } from '~/app/words';
import { Button } from './Button';
import { useReturnFocus } from './return-focus';

/**
 * Details of one thing, sliding in from the right. The list beside it stays usable (j and k go on to the next row);
 * Escape and the button close it.
 */
export function Drawer({
  open,
  onClose,
  title,
  subtitle,
  children,
  footer,
}: {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  subtitle?: ReactNode;
  children: ReactNode;
  footer?: ReactNode;
}) {
  const t = useT();
  const returnFocus = useReturnFocus(open);
  return (
    <Radix.Root open={open} modal={false} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          onInteractOutside={(event) => event.preventDefault()}
          className="slide-in fixed inset-y-0 right-0 z-30 flex w-full max-w-[480px] flex-col border-l bg-bg shadow-float"
        >
          <header className="flex items-start gap-3 border-b px-4 py-3">
            <div className="min-w-0 grow">
              <Radix.Title className="font-semibold text-section [overflow-wrap:anywhere]">{title}</Radix.Title>
              {subtitle && <div className="text-muted">{subtitle}</div>}
            </div>
            <Radix.Close asChild>
              <Button kind="quiet" shape="icon" aria-label={t('ui.close')}>
                <X className="size-4" aria-hidden="true" />
              </Button>
            </Radix.Close>
          </header>
          <div
            tabIndex={0}
            className="grid min-h-0 grow content-start gap-6 overflow-y-auto p-4 focus-visible:-outline-offset-2"
          >
            {children}
          </div>
          {footer && <footer className="flex flex-wrap gap-2 border-t px-4 py-3">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** A titled block inside a drawer or on a page. */
export function Section({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <section className="min-w-0">
      <div className="mb-2 flex items-center justify-between gap-2">
        <h3 className="font-semibold text-section">{title}</h3>
        {action}
      </div>
      {children}
    </section>
  );
}

/** Name and value pairs. */
export function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[minmax(96px,36%)_1fr] gap-x-3 gap-y-1.5">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
