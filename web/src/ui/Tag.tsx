import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useT } from '~/app/words';

/** A small neutral label. For anything that has a severity use SeverityTag. */
export function Tag({ children }: { children: ReactNode }) {
  return (
    <span className="inline-flex max-w-full items-center gap-1 rounded border bg-surface px-1.5 py-0.5 text-small leading-tight">
      {children}
    </span>
  );
}

/** A filter that is on, with a button that takes it away. */
export function Chip({ text, onRemove }: { text: string; onRemove: () => void }) {
  const t = useT();
  return (
    <span className="inline-flex max-w-full items-center rounded border bg-accent-tint text-small">
      <span className="min-w-0 px-2 py-0.5">{text}</span>
      <button
        type="button"
        onClick={onRemove}
        aria-label={t('ui.remove_filter', { filter: text })}
        className="grid size-6 shrink-0 place-items-center rounded hover:bg-bg max-desk:size-10"
      >
        <X className="size-3.5" aria-hidden="true" />
      </button>
    </span>
  );
}
