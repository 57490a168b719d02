import { expect, test } from 'vitest';
import { defanged, defangPieces } from './defang';

test('links are written so that nothing opens them', () => {
  expect(defanged('see https://tiktok-verify.example/a.b?c=1 now')).toBe(
    'see hxxps://tiktok-verify[.]example/a[.]b?c=1 now',
  );
  expect(defanged('HTTP://EVIL.EXAMPLE')).toBe('HxxP://EVIL[.]EXAMPLE');
  expect(defanged('www.evil.example')).toBe('www[.]evil[.]example');
  expect(defanged('กดที่นี่evil.example.com/x')).toBe('กดที่นี่evil[.]example[.]com/x');
  expect(defanged('мой.пример')).toBe('мой[.]пример');
});

test('amounts and sentences stay as they are', () => {
  for (const text of ['It costs 12.50.', 'Thanks. Bye', 'v1.2', '', 'ok...', 'ขอบคุณ'])
    expect(defanged(text)).toBe(text);
});

test('a link that is cut in pieces is harmless in all of them', () => {
  expect(defangPieces(['go to ht', 'tps://a.b', '.example now'])).toEqual([
    'go to hx',
    'xps://a[.]b',
    '[.]example now',
  ]);
});
