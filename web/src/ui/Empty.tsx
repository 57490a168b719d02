import type { ReactNode } from 'react';
import { SeverityShape } from './Severity';

/** What a list shows when it has nothing: one sentence, one button. `good` says that nothing is the good news. */
export function Empty({
  title,
  children,
  action,
  good = false,
  heading: Heading = 'p',
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  good?: boolean;
  /** `h1` where this is all that the page has. */
  heading?: 'h1' | 'p';
}) {
  return (
    <div className="grid place-items-center px-4 py-12 text-center">
      <div className="grid max-w-md justify-items-center gap-3">
        {good && <SeverityShape severity="ok" className="size-6 text-ok" />}
        <Heading className="font-semibold text-section">{title}</Heading>
        {children && <div className="text-muted">{children}</div>}
        {action && <div className="flex flex-wrap justify-center gap-2">{action}</div>}
      </div>
    </div>
  );
}
