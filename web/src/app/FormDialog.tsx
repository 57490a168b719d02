import { type FormEvent, type ReactNode, useId } from 'react';
import { Button } from '~/ui/Button';
import { Dialog } from '~/ui/Dialog';
import { ProblemNotice } from './problem-text';
import { useT } from './words';

/** A short form in a dialog: fields, what went wrong, then cancel and send. */
export function FormDialog({
  title,
  description,
  submit,
  busy,
  error,
  offBecause,
  onSubmit,
  onClose,
  children,
}: {
  title: string;
  description?: ReactNode;
  /** What the sending button says. */
  submit: string;
  busy: boolean;
  /** What went wrong and stands at no field. */
  error: unknown;
  offBecause?: string | null;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const t = useT();
  const form = useId();
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>{t('ui.cancel')}</Button>
          <Button kind="primary" type="submit" form={form} sends busy={busy} offBecause={offBecause}>
            {submit}
          </Button>
        </>
      }
    >
      <form id={form} noValidate className="grid gap-4" onSubmit={send}>
        {children}
        {error != null && <ProblemNotice error={error} />}
      </form>
    </Dialog>
  );
}
