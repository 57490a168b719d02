import { describe, expect, it } from 'vitest';
import { codePoint, cutAtSpans, markLookalike } from './marks';

describe('cutAtSpans', () => {
  it('counts in UTF-8 bytes', () => {
    // "ร้าน" takes 12 bytes, the space one.
    const pieces = cutAtSpans('ร้าน abc', [{ from: 13, to: 16 }]);
    expect(pieces).toEqual([
      { text: 'ร้าน ', marks: [] },
      { text: 'abc', marks: [0] },
    ]);
  });
  it('lets spans overlap and never loses text', () => {
    const text = '点击链接 now';
    const pieces = cutAtSpans(text, [
      { from: 0, to: 6 },
      { from: 3, to: 12 },
    ]);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.map((piece) => piece.marks)).toEqual([[0], [0, 1], [1], []]);
  });
  it('bears offsets outside the text or inside a character', () => {
    const pieces = cutAtSpans('é!', [{ from: 1, to: 99 }]);
    expect(pieces).toEqual([{ text: 'é!', marks: [0] }]);
    expect(cutAtSpans('ab', [{ from: 5, to: 3 }])).toEqual([{ text: 'ab', marks: [] }]);
  });
});

describe('markLookalike', () => {
  const odd = (seen: string, meant: string) =>
    markLookalike(seen, meant)
      .filter((marked) => marked.odd)
      .map((marked) => marked.character);
  it('marks what stands in for another character', () => {
    expect(odd('shopеe.sg', 'shopee.sg')).toEqual(['е']);
    expect(odd('tiktok-seIler.com', 'tiktok-seller.com')).toEqual(['I']);
  });
  it('marks what was put in and nothing when equal', () => {
    expect(odd('lazadaa.vn', 'lazada.vn')).toEqual(['a']);
    expect(odd('lazada.vn', 'lazada.vn')).toEqual([]);
  });
  it('names characters', () => {
    expect(codePoint('е')).toBe('U+0435');
  });
});
