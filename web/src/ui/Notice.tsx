import type { ReactNode } from 'react';
import { cn } from './cn';
import { type Severity, SeverityShape, severityColours } from './Severity';

/** A lasting message in the page: what is the case, how to mend it, a button. */
export function Notice({
  severity = 'info',
  title,
  children,
  action,
  requestId,
  alert = false,
}: {
  severity?: Severity;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  requestId?: string | null;
  /** Read out at once: for answers to what the reader just did. */
  alert?: boolean;
}) {
  return (
    <div
      role={alert ? 'alert' : undefined}
      className={cn('flex flex-wrap items-start gap-x-3 gap-y-2 rounded px-3 py-2', severityColours(severity))}
    >
      <SeverityShape severity={severity} className="mt-0.5 size-4" />
      <div className="min-w-0 grow basis-48">
        <p className="font-semibold">{title}</p>
        {children && <div className="mt-0.5">{children}</div>}
        {requestId && <p className="mt-1 font-mono text-small">{requestId}</p>}
      </div>
      {action && <div className="flex flex-wrap gap-2 text-fg">{action}</div>}
    </div>
  );
}
