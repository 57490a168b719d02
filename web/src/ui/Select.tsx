import type { ComponentPropsWithRef, ReactNode } from 'react';
import { cn } from './cn';
import { controlLook, FieldFrame } from './Field';

export type Option = { value: string; label: string };

/** The browser's own select: it speaks every language, works on a phone and needs no injected style. */
export function Select({
  options,
  className,
  ...rest
}: { options: Option[]; className?: string } & ComponentPropsWithRef<'select'>) {
  return (
    <select {...rest} className={cn(controlLook, 'truncate pr-1', className)}>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}

export function SelectField({
  label,
  help,
  error,
  className,
  ...rest
}: {
  label: string;
  help?: ReactNode;
  error?: string | null;
  options: Option[];
  className?: string;
} & ComponentPropsWithRef<'select'>) {
  return (
    <FieldFrame label={label} help={help} error={error} className={className}>
      {(wiring) => <Select {...rest} {...wiring} />}
    </FieldFrame>
  );
}
