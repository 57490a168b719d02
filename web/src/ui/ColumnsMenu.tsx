import { ArrowDown, ArrowUp, Columns3, Pin } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useT } from '~/app/words';
import { Button } from './Button';
import { cn } from './cn';
import { allColumns, type ColumnChoice } from './DataTable';

/** The order in which columns stand, whatever the choice was saved with. */
export function orderedIds(ids: string[], choice: ColumnChoice): string[] {
  const known = choice.order.filter((id) => ids.includes(id));
  return [...known, ...ids.filter((id) => !known.includes(id))];
}

/** Choose, order and pin columns. The first column always stays: it names the row. */
export function ColumnsMenu({
  columns,
  choice,
  onChange,
}: {
  columns: { id: string; header: string }[];
  choice: ColumnChoice;
  onChange: (choice: ColumnChoice) => void;
}) {
  const t = useT();
  const names = new Map(columns.map((column) => [column.id, column.header]));
  const [first, ...others] = columns.map((column) => column.id);
  const ids = orderedIds(others, choice);
  const toggle = (list: string[], id: string) => (list.includes(id) ? list.filter((one) => one !== id) : [...list, id]);
  const move = (id: string, by: number) => {
    const order = [...ids];
    const from = order.indexOf(id);
    order.splice(from, 1);
    order.splice(from + by, 0, id);
    onChange({ ...choice, order: [first ?? '', ...order] });
  };
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button>
          <Columns3 className="size-4" aria-hidden="true" />
          {t('ui.columns')}
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          aria-label={t('ui.columns')}
          className="fade-in z-40 max-h-[70dvh] w-80 max-w-[calc(100vw-16px)] overflow-y-auto rounded border bg-bg p-2 shadow-float"
        >
          <ul>
            {ids.map((id, place) => {
              const name = names.get(id) ?? id;
              return (
                <li key={id} className="flex items-center gap-1">
                  <label className="flex min-h-8 min-w-0 grow items-center gap-2 px-1">
                    <input
                      type="checkbox"
                      className="shrink-0"
                      checked={!choice.hidden.includes(id)}
                      onChange={() => onChange({ ...choice, hidden: toggle(choice.hidden, id) })}
                    />
                    <span className="min-w-0">{name}</span>
                  </label>
                  <Button
                    kind="quiet"
                    shape="icon"
                    aria-label={t('ui.column_pin', { name })}
                    aria-pressed={choice.pinned.includes(id)}
                    onClick={() => onChange({ ...choice, pinned: toggle(choice.pinned, id) })}
                  >
                    <Pin className={cn('size-4', choice.pinned.includes(id) && 'fill-current')} aria-hidden="true" />
                  </Button>
                  <Button
                    kind="quiet"
                    shape="icon"
                    aria-label={t('ui.column_up', { name })}
                    className={place === 0 ? 'invisible' : undefined}
                    onClick={() => move(id, -1)}
                  >
                    <ArrowUp className="size-4" aria-hidden="true" />
                  </Button>
                  <Button
                    kind="quiet"
                    shape="icon"
                    aria-label={t('ui.column_down', { name })}
                    className={place === ids.length - 1 ? 'invisible' : undefined}
                    onClick={() => move(id, 1)}
                  >
                    <ArrowDown className="size-4" aria-hidden="true" />
                  </Button>
                </li>
              );
            })}
          </ul>
          <Button
            kind="quiet"
            className="mt-1 w-full"
            onClick={() => onChange({ ...allColumns, pinned: [first ?? ''] })}
          >
            {t('ui.column_reset')}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
