import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { orderedIds } from './ColumnsMenu';
import { findItems, type PaletteItem } from './Palette';
import { qrPath } from './Qr';
import { sparkPoints } from './Sparkline';
import { StaleClock } from './Time';
import { TipProvider } from './Tip';

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const clock = (at: string | null) =>
  render(
    <TipProvider>
      <StaleClock at={at} staleAfterMs={900_000} />
    </TipProvider>,
  ).container.textContent;

describe('StaleClock', () => {
  it('tells fresh, old and never read apart', () => {
    expect(clock(ago(40_000))).toMatch(/^Updated 40/);
    expect(clock(ago(3.5 * 3_600_000))).toMatch(/^Data from 3/);
    expect(clock(null)).toBe('Not read yet');
    expect(screen.queryByText('OK')).toBeNull();
  });
});

describe('palette', () => {
  const item = (label: string, more: Partial<PaletteItem> = {}): PaletteItem => ({
    id: label,
    label,
    group: 'Screen',
    run: () => {},
    ...more,
  });
  it('finds by all words, without marks and case', () => {
    const items = [item('Đơn hàng'), item('Gian hàng Hà Nội'), item('订单')];
    expect(findItems(items, 'ha noi').map((one) => one.label)).toEqual(['Gian hàng Hà Nội']);
    expect(findItems(items, '订')).toHaveLength(1);
    expect(findItems(items, '')).toHaveLength(3);
  });
  it('keeps what the server found', () => {
    expect(findItems([item('5790… · Cup', { always: true })], 'emma')).toHaveLength(1);
  });
});

it('draws a QR code as runs', () => {
  expect(qrPath(['110', '001'])).toBe('M0 0h2v1h-2zM2 1h1v1h-1z');
});

it('draws a flat line for no orders', () => {
  expect(sparkPoints([0, 0, 0])).toBe('2.0,18.0 42.0,18.0 82.0,18.0');
});

it('puts columns that a saved view does not know at the end', () => {
  expect(orderedIds(['a', 'b', 'c'], { hidden: [], order: ['c', 'gone', 'a'], pinned: [] })).toEqual(['c', 'a', 'b']);
});
