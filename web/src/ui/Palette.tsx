import { Search } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useT } from '~/app/words';
import { cn } from './cn';
import { useReturnFocus } from './return-focus';

/** `always`: it was found elsewhere for this query and needs no match of its own. */
export type PaletteItem = {
  id: string;
  label: string;
  group: string;
  hint?: ReactNode;
  always?: boolean;
  run: () => void;
};

const fold = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase();

/** The items that hold every word of the query, in their order. Exported for its test. */
export function findItems(items: PaletteItem[], query: string): PaletteItem[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    if (item.always) return true;
    const text = fold(`${item.group} ${item.label}`);
    return words.every((word) => text.includes(word));
  });
}

/** One box to go anywhere or run an action; the list follows what is typed. */
export function Palette({
  open,
  onClose,
  items,
  query,
  onQuery,
}: {
  open: boolean;
  onClose: () => void;
  items: PaletteItem[];
  query: string;
  onQuery: (query: string) => void;
}) {
  const t = useT();
  const returnFocus = useReturnFocus(open);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => findItems(items, query).slice(0, 50), [items, query]);
  const [active, setActive] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query starts at the top
  useEffect(() => setActive(0), [query, open]);
  const at = Math.min(active, found.length - 1);
  useEffect(() => {
    list.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const run = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setActive(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(at - 1, 0));
    else if (event.key === 'Home') setActive(0);
    else if (event.key === 'End') setActive(found.length - 1);
    else if (event.key === 'Enter') run(found[at]);
    else return;
    event.preventDefault();
  };

  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          data-layer="modal"
          onCloseAutoFocus={returnFocus}
          aria-describedby={undefined}
          className="fixed top-[10dvh] left-1/2 z-40 flex max-h-[70dvh] w-[calc(100vw-24px)] max-w-xl -translate-x-1/2 flex-col rounded border bg-bg shadow-float"
        >
          <Radix.Title className="sr-only">{t('ui.palette')}</Radix.Title>
          <div className="flex items-center gap-2 border-b px-3">
            <Search className="size-4 shrink-0 text-muted" aria-hidden="true" />
            <input
              role="combobox"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
              aria-autocomplete="list"
              aria-label={t('ui.palette')}
              placeholder={t('ui.palette_hint')}
              className="min-h-11 w-full bg-transparent text-section outline-none"
              value={query}
              onChange={(event) => onQuery(event.target.value)}
              onKeyDown={onKeyDown}
              autoComplete="off"
              spellCheck={false}
            />
          </div>
          <div
            ref={list}
            id={`${id}-list`}
            role="listbox"
            aria-label={t('ui.palette')}
            className="min-h-0 overflow-y-auto p-1"
          >
            {found.map((item, place) => (
              <div
                key={item.id}
                id={`${id}-${place}`}
                data-at={place}
                role="option"
                aria-selected={place === at}
                tabIndex={-1}
                className={cn(
                  'flex min-h-8 cursor-pointer items-center gap-3 rounded px-2 max-desk:min-h-10',
                  place === at && 'bg-accent-tint',
                )}
                onPointerMove={() => setActive(place)}
                onClick={() => run(item)}
                onKeyDown={onKeyDown}
              >
                <span className="w-24 shrink-0 truncate text-muted text-small">{item.group}</span>
                <span className="min-w-0 grow truncate">{item.label}</span>
                {item.hint && <span className="shrink-0 text-muted text-small">{item.hint}</span>}
              </div>
            ))}
          </div>
          {found.length === 0 && (
            <p role="status" className="px-3 pb-3 text-muted">
              {t('ui.nothing_found')}
            </p>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
