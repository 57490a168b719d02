import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useT } from '~/app/words';
import { Button } from './Button';
import { cn } from './cn';
import { useReturnFocus } from './return-focus';

/** A question or a short form that must be answered before going on. Never for reading: that is the Drawer. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  wide = false,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
}) {
  const t = useT();
  const returnFocus = useReturnFocus(open);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fade-in fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          data-layer="modal"
          onOpenAutoFocus={focusFirst}
          onCloseAutoFocus={returnFocus}
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cn(
            'fade-in fixed top-[8dvh] left-1/2 z-40 flex max-h-[84dvh] w-[calc(100vw-24px)] -translate-x-1/2 flex-col rounded border bg-bg shadow-float',
            wide ? 'max-w-4xl' : 'max-w-lg',
          )}
        >
          <header className="flex items-start gap-3 border-b p-4">
            <div className="min-w-0 grow">
              <Radix.Title className="font-semibold text-section">{title}</Radix.Title>
              {description && <Radix.Description className="mt-1 text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <Button kind="quiet" shape="icon" aria-label={t('ui.close')}>
                <X className="size-4" aria-hidden="true" />
              </Button>
            </Radix.Close>
          </header>
          {children && (
            <div data-body tabIndex={0} className="min-h-0 grow overflow-y-auto p-4 focus-visible:-outline-offset-2">
              {children}
            </div>
          )}
          {footer && <footer className="flex flex-wrap justify-end gap-2 border-t p-4">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The first field, else the first answer; not the cross in the corner, which comes first in the document. */
function focusFirst(event: Event) {
  const content = event.target as HTMLElement;
  const first =
    content.querySelector<HTMLElement>('[data-body] :is(input, select, textarea):not([disabled], [type=hidden])') ??
    content.querySelector<HTMLElement>('footer button:not([disabled])');
  if (!first) return;
  event.preventDefault();
  first.focus();
}

/** Asks before something that cannot be undone; says what will happen and to what. */
export function Confirm({
  open,
  onClose,
  title,
  description,
  action,
  onConfirm,
  busy,
  danger = true,
  children,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  description: ReactNode;
  action: string;
  onConfirm: () => void;
  busy?: boolean;
  danger?: boolean;
  children?: ReactNode;
}) {
  const t = useT();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind={danger ? 'danger' : 'primary'} sends busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}
