import { describe, expect, test } from 'vitest';
import { byTrouble, type Exit, standings } from './exits';

const now = Date.parse('2026-03-01T12:00:00Z');
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const standingOf = (...exits: Exit[]) => standings(exits, now).map((row) => row.standing);

describe('standings', () => {
  test('an address of its own is fine, none is not known', () => {
    expect(standingOf({ store: 's_1', proxy: 'http://a:1', address: '203.0.113.1' })).toEqual(['own']);
    expect(standingOf({ store: 's_1', proxy: 'http://a:1' })).toEqual(['unknown']);
  });

  test('stores that leave directly share this server, whether somebody looked or not', () => {
    expect(standingOf({ store: 's_1', proxy: '' }, { store: 's_2', proxy: '' })).toEqual(['shared', 'shared']);
  });

  test('one proxy for two stores was set on purpose, two proxies with one address were not', () => {
    const address = '203.0.113.1';
    expect(
      standingOf({ store: 's_1', proxy: 'http://a:1', address }, { store: 's_2', proxy: 'http://a:1', address }),
    ).toEqual(['on_purpose', 'on_purpose']);
    expect(
      standingOf({ store: 's_1', proxy: 'http://a:1', address }, { store: 's_2', proxy: 'http://b:1', address }),
    ).toEqual(['surprise', 'surprise']);
  });

  test('a change tells for a while; another country more, and a failed look most', () => {
    const moved: Exit = {
      store: 's_1',
      proxy: 'http://a:1',
      address: '203.0.113.2',
      country: 'TH',
      previous_address: '203.0.113.1',
      previous_country: 'TH',
      changed_at: ago(2),
    };
    expect(standingOf(moved)).toEqual(['moved']);
    expect(standingOf({ ...moved, changed_at: ago(30) })).toEqual(['own']);
    expect(standingOf({ ...moved, previous_country: 'RU', changed_at: ago(30) })).toEqual(['country']);
    expect(standingOf({ ...moved, previous_country: 'RU', error: 'egress.not_reached' })).toEqual(['failed']);
  });

  test('trouble comes first', () => {
    const rows = standings(
      [
        { store: 's_1', proxy: 'http://a:1', address: '203.0.113.1' },
        { store: 's_2', proxy: 'http://b:1', error: 'egress.not_reached' },
      ],
      now,
    ).sort(byTrouble);
    expect(rows.map((row) => row.store)).toEqual(['s_2', 's_1']);
  });
});
