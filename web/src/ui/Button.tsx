import { cva, type VariantProps } from 'class-variance-authority';
import { Slot } from 'radix-ui';
import { type ComponentPropsWithRef, useId } from 'react';
import { useReachable } from '~/app/online';
import { useT } from '~/app/words';
import { cn } from './cn';
import { Tip } from './Tip';

const look = cva(
  'inline-flex min-h-7 max-w-full select-none items-center justify-center gap-2 rounded border px-3 py-1 text-center font-semibold leading-tight max-desk:min-h-10 aria-disabled:cursor-not-allowed aria-disabled:opacity-60',
  {
    variants: {
      kind: {
        primary: 'border-accent bg-accent text-accent-fg hover:not-aria-disabled:brightness-110',
        plain: 'border-control bg-bg text-fg hover:not-aria-disabled:bg-surface',
        quiet: 'border-transparent bg-transparent text-fg hover:not-aria-disabled:bg-accent-tint',
        danger: 'border-critical bg-bg text-critical hover:not-aria-disabled:bg-critical-tint',
      },
      shape: { text: '', icon: 'size-7 min-w-7 px-0 max-desk:size-10' },
    },
    defaultVariants: { kind: 'plain', shape: 'text' },
  },
);

export type ButtonProps = ComponentPropsWithRef<'button'> &
  VariantProps<typeof look> & {
    /** Renders the child (a link) with the look of a button. */
    asChild?: boolean;
    /** Work is under way: further presses do nothing. */
    busy?: boolean;
    /** Why the button cannot be used now. A button is never off without saying why. */
    offBecause?: string | null;
    /** It changes something on the server, so it is off while the server cannot be reached. */
    sends?: boolean;
  };

export function Button({
  kind,
  shape,
  asChild,
  busy = false,
  offBecause: given,
  sends = false,
  className,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const t = useT();
  const reason = useId();
  const reachable = useReachable();
  const offBecause = sends && !reachable ? t('shell.offline_off') : given;
  const off = busy || !!offBecause;
  const classes = cn(look({ kind, shape }), className);
  if (asChild) return <Slot.Root className={classes} {...(rest as object)} />;
  const button = (
    <button
      {...rest}
      type={off && type === 'submit' ? 'button' : type}
      className={classes}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      aria-describedby={offBecause ? reason : rest['aria-describedby']}
      onClick={off ? (event) => event.preventDefault() : onClick}
    />
  );
  if (!offBecause) return button;
  return (
    <Tip text={offBecause}>
      <span className="inline-flex max-w-full">
        {button}
        <span id={reason} className="sr-only">
          {offBecause}
        </span>
      </span>
    </Tip>
  );
}
