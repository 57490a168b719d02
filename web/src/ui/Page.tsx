import { type ReactNode, useEffect } from 'react';

/** Heading line of a screen: title, state, actions. Sets the name of the browser tab. */
export function PageHead({ title, note, actions }: { title: string; note?: ReactNode; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Stallward`;
  }, [title]);
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 pt-4 pb-3">
      <h1 className="font-semibold text-page">{title}</h1>
      {note && <div className="text-small">{note}</div>}
      {actions && <div className="ml-auto flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}
