import { useEffect, useState } from 'react';
import { useT } from '~/app/words';
import { cn } from './cn';

/** False for the first 300 ms: a wait that short shows nothing new. */
export function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(() => setSlow(true), 300);
    return () => clearTimeout(timer);
  }, [waiting]);
  return waiting && slow;
}

const widths = ['w-2/3', 'w-1/2', 'w-5/6', 'w-3/5', 'w-3/4'];

/** Grey bars in the layout of what is coming: lines of text, or the cells of a table. */
export function Skeleton({ rows = 5, columns, className }: { rows?: number; columns?: number; className?: string }) {
  const t = useT();
  const shown = useSlow(true);
  return (
    <div role="status" aria-busy="true" className={cn('grid', className)}>
      <span className="sr-only">{t('ui.loading')}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className={cn('flex h-(--row) items-center gap-6', columns && shown && 'border-b')}
          aria-hidden="true"
        >
          {shown &&
            Array.from({ length: columns ?? 1 }, (_, column) => (
              <div key={column} className="min-w-0 grow basis-0">
                <div className={cn('skeleton-bar h-3', widths[(row + 3 * column) % widths.length])} />
              </div>
            ))}
        </div>
      ))}
    </div>
  );
}
