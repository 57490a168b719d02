import { describe, expect, it } from 'vitest';
import { formatDate, formatExact, formatMoney, formatRelative, formatSpan } from './format';
import { languages } from './languages';
import { setLanguage } from './words';

const plain = (text: string) => text.replace(/\s/g, ' ');

describe('money', () => {
  it('writes whole units where the currency has no decimals', async () => {
    await setLanguage('en');
    expect(plain(formatMoney(150000, 'IDR', 0))).toBe('IDR 150,000');
    expect(plain(formatMoney(150000, 'VND', 0))).toBe('VND 150,000');
    expect(plain(formatMoney(2099, 'MYR', 2))).toBe('MYR 20.99');
    expect(plain(formatMoney(-5, 'THB', 2))).toBe('-THB 0.05');
  });
  it('shows an unknown currency instead of failing', () => {
    expect(plain(formatMoney(1234, '??', 2))).toBe('?? 12.34');
  });
});

describe('dates', () => {
  it('keeps the Gregorian year in Thai', async () => {
    await setLanguage('th');
    expect(formatDate('2026-11-22T02:00:00Z', 'Asia/Bangkok')).toContain('2026');
    expect(formatDate('2026-11-22T02:00:00Z', 'Asia/Bangkok')).not.toContain('2569');
    await setLanguage('en');
  });
  it('writes the exact time in digits in every language', async () => {
    for (const { code } of languages) {
      await setLanguage(code);
      expect(formatExact('2026-11-22T02:03:04Z', 'UTC')).toMatch(/2:03:04|2.03.04/);
      expect(formatExact('2026-11-22T02:03:04Z', 'UTC')).toContain('UTC');
    }
    await setLanguage('en');
  });
  it('uses the zone of the store', () => {
    expect(formatDate('2026-11-22T20:00:00Z', 'Asia/Bangkok')).toContain('23');
  });
  it('bears a store without a zone, or with one that nobody knows', () => {
    expect(formatDate('2026-11-22T12:00:00Z', '')).toContain('2026');
    expect(formatDate('2026-11-22T12:00:00Z', 'Mars/Olympus')).toContain('2026');
  });
  it('says how long ago, and how long', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    expect(formatRelative('2026-11-22T09:57:00Z', now)).toBe('3 minutes ago');
    expect(formatRelative('2026-11-22T09:59:20Z', now)).toBe('now');
    expect(formatRelative('2026-11-24T10:00:00Z', now)).toBe('in 2 days');
    expect(formatSpan(3 * 3_600_000)).toMatch(/^3 h/);
  });
});
