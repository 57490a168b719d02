import { describe, expect, it } from 'vitest';
import { orderSearch } from '~/app/search';
import { filterOf, hasFilter } from './filter';
import { readView, writeView } from './ViewsMenu';

const now = Date.parse('2026-11-22T10:17:31Z');

describe('filterOf', () => {
  it('asks for everything when the address says nothing', () => {
    expect(filterOf({}, now)).toEqual({ tab: 'all' });
  });
  it('counts days back from the full hour, so that the question stays the same', () => {
    expect(filterOf({ days: '7' }, now).from).toBe('2026-11-15T10:00:00.000Z');
    expect(filterOf({ days: '7' }, now)).toEqual(filterOf({ days: '7' }, now + 60_000));
  });
});

describe('the address', () => {
  it('drops what it does not know', () => {
    expect(orderSearch({ tab: 'late', status: 'to_ship', search: '', days: 7, x: '<script>' })).toEqual({
      status: 'to_ship',
      days: '7',
    });
  });
  it('keeps long order numbers as text', () => {
    expect(orderSearch({ search: '579000000000000021' }).search).toBe('579000000000000021');
  });
  it('knows whether anything but the tab narrows the list', () => {
    expect([hasFilter({ tab: 'unpaid' }), hasFilter({ store: 's_1' })]).toEqual([false, true]);
  });
});

describe('saved views', () => {
  const columns = { hidden: ['buyer'], order: ['order', 'status'], pinned: ['order'] };
  it('come back as they were kept, without the open order', () => {
    const view = readView(writeView({ tab: 'unpaid', store: 's_2', order: 'o_1' }, columns));
    expect(view).toEqual({ search: { tab: 'unpaid', store: 's_2' }, columns });
  });
  it('bear text that is no view', () => {
    expect(readView('tab=unpaid').search).toEqual({});
  });
});
