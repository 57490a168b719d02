import {
  columnOrderingFeature,
  columnPinningFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useCommand } from '~/app/keyboard';
import { usePreferences } from '~/app/preferences';
import { usePhone } from '~/app/use-media';
import { useT } from '~/app/words';
import { cn } from './cn';

export type Column<T> = {
  id: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Least width in pixels; pinned columns have exactly this width. */
  width: number;
  /** Share of the space that is left over. */
  grow?: number;
  align?: 'end';
  /** The server can sort by it, under this name. */
  sort?: string;
};

export type Sort = { by: string; descending: boolean };

/** Which columns a person sees, in which order; saved with the view. */
export type ColumnChoice = { hidden: string[]; order: string[]; pinned: string[] };
export const allColumns: ColumnChoice = { hidden: [], order: [], pinned: [] };

const features = tableFeatures({
  columnOrderingFeature,
  columnPinningFeature,
  columnVisibilityFeature,
  rowSelectionFeature,
});

const rowHeights = { compact: 28, normal: 32, roomy: 40 };
const phoneRowHeight = 64;
const headerHeight = 32;

export type DataTableProps<T> = {
  label: string;
  columns: Column<T>[];
  choice?: ColumnChoice;
  rows: T[];
  rowId: (row: T) => string;
  /** What a row is called, for its checkbox: "order 5790…". */
  rowName: (row: T) => string;
  /** All rows that match, or null when unknown. */
  total: number | null;
  hasMore?: boolean;
  loadingMore?: boolean;
  onMore?: () => void;
  openId?: string | null;
  onOpen?: (id: string) => void;
  selected?: ReadonlySet<string>;
  onSelect?: (ids: Set<string>) => void;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
  /** Two lines that stand for the row where columns do not fit. */
  phoneRow: (row: T) => ReactNode;
  className?: string;
};

export function DataTable<T>(props: DataTableProps<T>) {
  const { columns, rows, rowId, rowName, choice = allColumns, selected, onSelect, openId, onOpen } = props;
  const t = useT();
  const phone = usePhone();
  const { density } = usePreferences();
  const height = phone ? phoneRowHeight : rowHeights[density];
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const wantFocus = useRef(false);
  const anchor = useRef<number | null>(null);

  const definitions = useMemo(() => columns.map((column) => ({ id: column.id, header: column.header })), [columns]);
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  // Scrolling renders the table at every frame: what does not change with it is made once.
  const state = useMemo(
    () => ({
      columnOrder: choice.order,
      columnVisibility: Object.fromEntries(choice.hidden.map((id) => [id, false])),
      columnPinning: { start: choice.pinned, end: [] },
      rowSelection: Object.fromEntries([...(selected ?? [])].map((id) => [id, true as const])),
    }),
    [choice, selected],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows as never[],
    getRowId: rowId as never,
    state,
    onRowSelectionChange: (updater) => {
      const before = Object.fromEntries([...(selected ?? [])].map((id) => [id, true as const]));
      const after = typeof updater === 'function' ? updater(before) : updater;
      onSelect?.(new Set(Object.keys(after).filter((id) => after[id])));
    },
  });
  const visible = table.getVisibleLeafColumns().map((column) => column.id);
  const visibleKey = visible.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the list
  const shown = useMemo(() => visible.flatMap((id) => byId.get(id) ?? []), [visibleKey, byId]);
  const pinned = new Map<string, number>();
  let left = onSelect ? 36 : 0;
  for (const column of shown) {
    if (!choice.pinned.includes(column.id)) continue;
    pinned.set(column.id, left);
    left += column.width;
  }
  const tracks = [
    ...(onSelect ? ['36px'] : []),
    ...shown.map((column) =>
      pinned.has(column.id) ? `${column.width}px` : `minmax(${column.width}px, ${column.grow ?? 0.001}fr)`,
    ),
  ].join(' ');
  // As text, so that an equal value is the same value to the memoised rows.
  const pinnedKey = [...pinned].map(([id, offset]) => `${id}:${offset}`).join();
  const least = shown.reduce((sum, column) => sum + column.width, onSelect ? 36 : 0);

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 6,
    scrollPaddingStart: phone ? 0 : headerHeight,
    initialRect: { width: 1000, height: 720 },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height must be measured again
  useEffect(() => virtual.measure(), [height]);

  // Every sticky cell is a layer of its own to the browser: they stick only where the table can be pushed sideways.
  const sticks = (virtual.scrollRect?.width ?? 0) < least;
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? -1;
  const { hasMore, loadingMore, onMore } = props;
  useEffect(() => {
    if (hasMore && !loadingMore && last >= rows.length - 40) onMore?.();
  }, [last, rows.length, hasMore, loadingMore, onMore]);

  const at = Math.min(active, Math.max(0, rows.length - 1));
  useEffect(() => {
    if (!wantFocus.current) return;
    const element = scroller.current?.querySelector<HTMLElement>(`[data-index="${at}"]`);
    if (!element) return;
    wantFocus.current = false;
    element.focus({ preventScroll: true });
  });

  // The header's own controls, reached with the arrows from the first row, so that the table is one Tab stop.
  const headControls = () => [...(scroller.current?.querySelectorAll<HTMLElement>('[data-head]') ?? [])];

  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    if (rows.length === 0) return;
    wantFocus.current = true;
    setActive(next);
    virtual.scrollToIndex(next);
    const row = rows[next];
    // With the drawer open, going to a row shows that row; the drawer keeps the focus.
    if (openId && row !== undefined) {
      wantFocus.current = false;
      onOpen?.(rowId(row));
    }
  };
  const openAt = openId ? rows.findIndex((row) => rowId(row) === openId) : -1;
  const from = () => (openAt >= 0 ? openAt : at);
  // The open row is the one to come back to, also when the drawer went on to another one.
  useEffect(() => {
    if (openAt >= 0) setActive(openAt);
  }, [openAt]);
  const wasOpen = useRef(openId);
  useEffect(() => {
    const closed = wasOpen.current && !openId;
    wasOpen.current = openId;
    if (!closed) return;
    const back = setTimeout(() => {
      const { activeElement } = document;
      if (activeElement !== document.body && !scroller.current?.contains(activeElement)) return;
      scroller.current?.querySelector<HTMLElement>('[role=row][tabindex="0"]')?.focus({ preventScroll: true });
    });
    return () => clearTimeout(back);
  }, [openId]);
  const focused = () => scroller.current?.contains(document.activeElement) || openAt >= 0;

  const selectAt = (index: number, extend: boolean) => {
    const row = rows[index];
    if (row === undefined || !onSelect) return;
    if (extend && anchor.current !== null) {
      const [low, high] = [Math.min(anchor.current, index), Math.max(anchor.current, index)];
      onSelect(new Set([...(selected ?? []), ...rows.slice(low, high + 1).map(rowId)]));
      return;
    }
    anchor.current = index;
    table.getRow(rowId(row)).toggleSelected();
  };

  // The rows keep these for good; what they do is always the newest.
  const latest = useRef({ onOpen, selectAt });
  latest.current = { onOpen, selectAt };
  const [stable] = useState(() => ({
    open: (id: string) => latest.current.onOpen?.(id),
    select: (index: number, extend: boolean) => latest.current.selectAt(index, extend),
  }));

  useCommand('row.next', () => move(focused() ? from() + 1 : at));
  useCommand('row.previous', () => move(from() - 1));
  useCommand('row.select', () => selectAt(from(), false), !!onSelect);
  useCommand('row.extend', () => selectAt(from(), true), !!onSelect);

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 2);
    const target = event.target as HTMLElement;
    const onRow = target.getAttribute('role') === 'row';
    const head = headControls().indexOf(target);
    if (head >= 0) {
      if (event.key === 'ArrowRight') headControls()[head + 1]?.focus();
      else if (event.key === 'ArrowLeft') headControls()[head - 1]?.focus();
      else if (event.key === 'ArrowDown') move(0);
      else return;
    } else if (event.key === 'ArrowUp' && at === 0 && onRow) headControls()[0]?.focus();
    else if (event.key === 'Enter' && onRow) {
      const row = rows[at];
      if (row !== undefined) onOpen?.(rowId(row));
    } else if (event.key === ' ' && onRow) selectAt(at, event.shiftKey);
    else if (event.key === 'ArrowDown') move(at + 1);
    else if (event.key === 'ArrowUp') move(at - 1);
    else if (event.key === 'PageDown') move(at + page);
    else if (event.key === 'PageUp') move(at - page);
    else if (event.key === 'Home') move(0);
    else if (event.key === 'End') move(rows.length - 1);
    else return;
    event.preventDefault();
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: how a row's id is found does not change
  const allSelected = useMemo(
    () => rows.length > 0 && (selected?.size ?? 0) >= rows.length && rows.every((row) => selected?.has(rowId(row))),
    [rows, selected],
  );
  return (
    <div
      ref={scroller}
      role="table"
      aria-label={props.label}
      aria-rowcount={props.total === null ? -1 : props.total + 1}
      aria-colcount={phone ? undefined : shown.length + (onSelect ? 1 : 0)}
      className={cn('relative min-h-0 grow overflow-auto border-t', props.className)}
      onKeyDown={onKeyDown}
    >
      {!phone && (
        <div role="rowgroup" className="sticky top-0 z-20" style={{ minWidth: least }}>
          <div
            role="row"
            aria-rowindex={1}
            className="grid border-b bg-surface"
            style={{ gridTemplateColumns: tracks, height: headerHeight }}
          >
            {onSelect && (
              <div role="columnheader" className="sticky left-0 z-10 grid place-items-center bg-surface">
                <input
                  type="checkbox"
                  data-head
                  tabIndex={-1}
                  aria-label={t('ui.select_loaded')}
                  checked={allSelected}
                  ref={(box) => {
                    if (box) box.indeterminate = !allSelected && (selected?.size ?? 0) > 0;
                  }}
                  onChange={() => table.toggleAllRowsSelected(!allSelected)}
                />
              </div>
            )}
            {shown.map((column) => (
              <HeaderCell key={column.id} column={column} left={pinned.get(column.id)} {...props} />
            ))}
          </div>
        </div>
      )}
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize(), minWidth: phone ? 0 : least }}>
        {items.map((item) => {
          const row = rows[item.index] as T;
          const id = rowId(row);
          return (
            <BodyRow
              key={id}
              row={row}
              id={id}
              index={item.index}
              start={item.start}
              height={height}
              tracks={phone ? (onSelect ? '40px 1fr' : '1fr') : tracks}
              columns={phone ? none : shown}
              pinned={sticks ? pinnedKey : ''}
              sticks={sticks}
              tabStop={item.index === at}
              open={id === openId}
              selected={onSelect ? (selected?.has(id) ?? false) : null}
              name={onSelect ? t('ui.select_row', { name: rowName(row) }) : ''}
              phoneRow={phone ? props.phoneRow : undefined}
              onOpen={stable.open}
              onActive={setActive}
              onSelectAt={stable.select}
            />
          );
        })}
      </div>
      {loadingMore && (
        <p role="status" className="sticky left-0 px-3 py-2 text-muted">
          {t('ui.loading_more')}
        </p>
      )}
    </div>
  );
}

const none: never[] = [];

type BodyRowProps<T> = {
  row: T;
  id: string;
  index: number;
  start: number;
  height: number;
  tracks: string;
  columns: Column<T>[];
  /** "id:left,…" */
  pinned: string;
  /** The table can be pushed sideways, so the first cells stay. */
  sticks: boolean;
  tabStop: boolean;
  open: boolean;
  /** Null: rows cannot be selected. */
  selected: boolean | null;
  name: string;
  phoneRow: ((row: T) => ReactNode) | undefined;
  onOpen: (id: string) => void;
  onActive: (index: number) => void;
  onSelectAt: (index: number, extend: boolean) => void;
};

// Scrolling changes which rows there are, not the rows: only the new ones are rendered.
const BodyRow = memo(BodyRowOf) as typeof BodyRowOf;

function BodyRowOf<T>(props: BodyRowProps<T>) {
  const { row, id, index, columns, pinned, selected } = props;
  const lefts = new Map(pinned ? pinned.split(',').map((one) => one.split(':') as [string, string]) : []);
  return (
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-current={props.open ? 'true' : undefined}
      tabIndex={props.tabStop ? 0 : -1}
      onFocus={() => props.onActive(index)}
      onClick={() => props.onOpen(id)}
      onKeyDown={undefined}
      className={cn(
        'absolute inset-x-0 top-0 grid cursor-pointer items-center border-b focus-visible:-outline-offset-2 [contain:layout_style]',
        props.open || selected ? 'bg-accent-tint' : 'bg-bg hover:bg-surface',
      )}
      style={{ height: props.height, transform: `translateY(${props.start}px)`, gridTemplateColumns: props.tracks }}
    >
      {selected !== null && (
        <div
          role="cell"
          className={cn('grid h-full place-items-center', props.sticks && 'sticky left-0 z-10 bg-inherit')}
          onClick={(event) => event.stopPropagation()}
          onKeyDown={undefined}
        >
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={props.name}
            checked={selected}
            onChange={(event) => props.onSelectAt(index, (event.nativeEvent as MouseEvent).shiftKey)}
          />
        </div>
      )}
      {props.phoneRow && (
        <div role="cell" className="min-w-0 px-3">
          {props.phoneRow(row)}
        </div>
      )}
      {columns.map((column) => {
        const left = lefts.get(column.id);
        return (
          <div
            key={column.id}
            role="cell"
            className={cn(
              'truncate px-2',
              column.align === 'end' && 'text-right',
              left !== undefined && 'sticky z-10 grid h-full items-center bg-inherit',
            )}
            style={left === undefined ? undefined : { left: `${left}px` }}
          >
            {left === undefined ? column.cell(row) : <div className="truncate">{column.cell(row)}</div>}
          </div>
        );
      })}
    </div>
  );
}

function HeaderCell<T>({
  column,
  left,
  sort,
  onSort,
}: { column: Column<T>; left: number | undefined } & Pick<DataTableProps<T>, 'sort' | 'onSort'>) {
  const sorted = column.sort && sort?.by === column.sort ? (sort.descending ? 'descending' : 'ascending') : undefined;
  const Arrow = sorted === 'ascending' ? ArrowUp : ArrowDown;
  return (
    <div
      role="columnheader"
      aria-sort={column.sort ? (sorted ?? 'none') : undefined}
      className={cn(
        'flex min-w-0 items-center px-2 font-semibold text-small',
        column.align === 'end' && 'justify-end',
        left !== undefined && 'sticky z-10 bg-surface',
      )}
      style={{ left }}
    >
      {column.sort && onSort ? (
        <button
          type="button"
          data-head
          tabIndex={-1}
          className="flex min-h-6 min-w-0 items-center gap-1 rounded"
          onClick={() => onSort({ by: column.sort ?? '', descending: sorted === 'ascending' || !sorted })}
        >
          <span className="truncate" title={column.header}>
            {column.header}
          </span>
          {sorted && <Arrow className="size-3.5 shrink-0" aria-hidden="true" />}
        </button>
      ) : (
        <span className="truncate" title={column.header}>
          {column.header}
        </span>
      )}
    </div>
  );
}
