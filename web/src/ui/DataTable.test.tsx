import { fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { type Column, DataTable } from './DataTable';

type Row = { id: string; item: string };
const rows: Row[] = Array.from({ length: 1000 }, (_, n) => ({ id: `o${n}`, item: `Item ${n}` }));
const columns: Column<Row>[] = [
  { id: 'id', header: 'Order', cell: (row) => row.id, width: 100, sort: 'created' },
  { id: 'item', header: 'Item', cell: (row) => row.item, width: 200, grow: 1 },
];

function Harness(props: Partial<Parameters<typeof DataTable<Row>>[0]>) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  return (
    <>
      <output>{[...selected].join(' ')}</output>
      <DataTable
        label="Orders"
        columns={columns}
        rows={rows}
        rowId={(row) => row.id}
        rowName={(row) => `order ${row.id}`}
        total={null}
        selected={selected}
        onSelect={setSelected}
        phoneRow={(row) => row.id}
        {...props}
      />
    </>
  );
}

// jsdom has no layout: give the scroller a height, so that the virtual body draws some rows.
Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 640 });
Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, value: 900 });

const bodyRows = () => screen.getAllByRole('row').filter((row) => row.hasAttribute('data-index'));

describe('DataTable', () => {
  it('draws only the rows in view, each with its place', () => {
    render(<Harness />);
    expect(screen.getByRole('table').getAttribute('aria-rowcount')).toBe('-1');
    expect(bodyRows().length).toBeLessThan(60);
    expect(bodyRows()[0]?.getAttribute('aria-rowindex')).toBe('2');
  });
  it('is one Tab stop and moves with the arrows', () => {
    render(<Harness />);
    const stops = () => screen.getByRole('table').querySelectorAll('[tabindex="0"]');
    expect(stops()).toHaveLength(1);
    const first = bodyRows()[0] as HTMLElement;
    first.focus();
    fireEvent.keyDown(first, { key: 'ArrowDown' });
    expect(document.activeElement?.getAttribute('data-index')).toBe('1');
    expect(stops()).toHaveLength(1);
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowUp' });
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowUp' });
    expect((document.activeElement as HTMLElement).dataset.head).toBeDefined();
  });
  it('opens with Enter and selects with space, also a range', () => {
    const onOpen = vi.fn();
    render(<Harness onOpen={onOpen} />);
    const first = bodyRows()[0] as HTMLElement;
    first.focus();
    fireEvent.keyDown(first, { key: 'Enter' });
    expect(onOpen).toHaveBeenCalledWith('o0');
    fireEvent.keyDown(first, { key: ' ' });
    fireEvent.keyDown(first, { key: 'ArrowDown' });
    fireEvent.keyDown(document.activeElement as Element, { key: 'ArrowDown' });
    fireEvent.keyDown(document.activeElement as Element, { key: ' ', shiftKey: true });
    expect(screen.getByRole('status').textContent).toBe('o0 o1 o2');
    expect((screen.getByRole('checkbox', { name: 'Select order o1' }) as HTMLInputElement).checked).toBe(true);
  });
  it('hides, orders and pins columns', () => {
    const headers = () => screen.getAllByRole('columnheader').map((header) => header.textContent);
    const { rerender } = render(<Harness choice={{ hidden: [], order: ['item', 'id'], pinned: [] }} />);
    expect(headers()).toEqual(['', 'Item', 'Order']);
    rerender(<Harness choice={{ hidden: ['item'], order: [], pinned: ['id'] }} />);
    expect(headers()).toEqual(['', 'Order']);
  });
  it('says how it is sorted and asks for the other way', () => {
    const onSort = vi.fn();
    render(<Harness sort={{ by: 'created', descending: true }} onSort={onSort} />);
    const header = screen.getByRole('columnheader', { name: 'Order' });
    expect(header.getAttribute('aria-sort')).toBe('descending');
    fireEvent.click(screen.getByRole('button', { name: 'Order' }));
    expect(onSort).toHaveBeenCalledWith({ by: 'created', descending: false });
  });
  it('asks for more near the end only', () => {
    const onMore = vi.fn();
    const { rerender } = render(<Harness hasMore onMore={onMore} />);
    expect(onMore).not.toHaveBeenCalled();
    rerender(<Harness hasMore onMore={onMore} rows={rows.slice(0, 50)} />);
    expect(onMore).toHaveBeenCalled();
  });
});
