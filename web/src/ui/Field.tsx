import { Eye, EyeOff } from 'lucide-react';
import { type ComponentPropsWithRef, type ReactNode, useId, useState } from 'react';
import { useT } from '~/app/words';
import { cn } from './cn';
import { SeverityShape } from './Severity';

export const controlLook =
  'w-full min-w-0 rounded border border-control bg-bg px-2 py-1 min-h-7 max-desk:min-h-10 aria-invalid:border-critical read-only:bg-surface';

type FrameProps = {
  label: string;
  help?: ReactNode;
  /** What is wrong and how to mend it. */
  error?: string | null;
  className?: string;
};

type Wiring = { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined };

/** Label above, help below, error under the field. The control gets its id and aria attributes handed in. */
export function FieldFrame({
  label,
  help,
  error,
  className,
  children,
}: FrameProps & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={cn('grid content-start gap-1', className)}>
      <label htmlFor={id} className="font-semibold">
        {label}
      </label>
      {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
      {help && (
        <div id={`${id}-help`} className="text-muted text-small">
          {help}
        </div>
      )}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1 text-critical text-small">
          <SeverityShape severity="critical" className="mt-0.5" />
          {error}
        </p>
      )}
    </div>
  );
}

export function TextField({
  label,
  help,
  error,
  className,
  inputClass,
  ...input
}: FrameProps & { inputClass?: string } & ComponentPropsWithRef<'input'>) {
  return (
    <FieldFrame label={label} help={help} error={error} className={className}>
      {(wiring) => <input type="text" {...input} {...wiring} className={cn(controlLook, inputClass)} />}
    </FieldFrame>
  );
}

export function TextArea({
  label,
  help,
  error,
  className,
  inputClass,
  ...input
}: FrameProps & { inputClass?: string } & ComponentPropsWithRef<'textarea'>) {
  return (
    <FieldFrame label={label} help={help} error={error} className={className}>
      {(wiring) => <textarea rows={4} {...input} {...wiring} className={cn(controlLook, inputClass)} />}
    </FieldFrame>
  );
}

/** A secret being typed; the eye shows it. Pasting is always allowed. */
export function SecretField({ label, help, error, className, ...input }: FrameProps & ComponentPropsWithRef<'input'>) {
  const t = useT();
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame label={label} help={help} error={error} className={className}>
      {(wiring) => (
        <div className="relative">
          <input
            autoComplete="off"
            spellCheck={false}
            {...input}
            {...wiring}
            type={shown ? 'text' : 'password'}
            className={cn(controlLook, 'pr-10')}
          />
          <button
            type="button"
            onClick={() => setShown(!shown)}
            aria-label={shown ? t('ui.hide_secret') : t('ui.show_secret')}
            aria-pressed={shown}
            className="absolute inset-y-0 right-0 grid w-9 place-items-center text-muted"
          >
            {shown ? <EyeOff className="size-4" aria-hidden="true" /> : <Eye className="size-4" aria-hidden="true" />}
          </button>
        </div>
      )}
    </FieldFrame>
  );
}

export function Checkbox({
  label,
  help,
  className,
  ...input
}: { label: ReactNode; help?: ReactNode; className?: string } & ComponentPropsWithRef<'input'>) {
  const id = useId();
  return (
    <div className={cn('flex min-h-6 items-start gap-2 max-desk:min-h-10 max-desk:items-center', className)}>
      <input
        {...input}
        id={id}
        type="checkbox"
        className="mt-0.5 shrink-0"
        aria-describedby={help ? `${id}-help` : undefined}
      />
      <div className="min-w-0">
        <label htmlFor={id}>{label}</label>
        {help && (
          <div id={`${id}-help`} className="text-muted text-small">
            {help}
          </div>
        )}
      </div>
    </div>
  );
}

/** One of a few, all visible. */
export function RadioGroup<V extends string>({
  label,
  value,
  options,
  onChange,
  className,
}: {
  label: string;
  value: V;
  options: { value: V; label: string; help?: string }[];
  onChange: (value: V) => void;
  className?: string;
}) {
  const name = useId();
  return (
    <fieldset className={cn('grid gap-1', className)}>
      <legend className="mb-1 font-semibold">{label}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {options.map((option) => (
          <label key={option.value} className="flex min-h-6 items-start gap-2 max-desk:min-h-10 max-desk:items-center">
            <input
              type="radio"
              name={name}
              className="mt-0.5 shrink-0"
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>
              {option.label}
              {option.help && <span className="block text-muted text-small">{option.help}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
