import { describe, expect, it } from 'vitest';
import { compareWords, unusedKeys } from './check-words.mjs';

const english = { 'x.title': 'Title', 'x.count_one': '{{count}} row', 'x.count_other': '{{count}} rows' };

describe('compareWords', () => {
  it('accepts the only plural form of the other languages', () => {
    expect(compareWords('x', english, 'th', { 'x.title': 'ก', 'x.count_other': '{{count}} แถว' })).toEqual([]);
  });
  it('finds a missing key, an empty one, a foreign one and other arguments', () => {
    expect(compareWords('x', english, 'th', { 'x.title': ' ', 'x.more': 'ก' })).toEqual([
      'th/x.json: x.title is missing',
      'th/x.json: x.count_other is missing',
      'th/x.json: x.more is not in English',
    ]);
    expect(compareWords('x', english, 'th', { 'x.title': 'ก', 'x.count_other': '{{cuont}}' })).toEqual([
      'th/x.json: x.count_other has the arguments [cuont] and not [count]',
    ]);
  });
});

describe('unusedKeys', () => {
  it('knows plain keys, plurals and beginnings', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text
    const source = "t('x.title'); t('x.count', { count }); t(`x.level_${level}`)";
    expect(unusedKeys(['x.title', 'x.count_one', 'x.level_high', 'x.gone'], source)).toEqual(['x.gone']);
  });
});
