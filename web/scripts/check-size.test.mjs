import { expect, it } from 'vitest';
import { filesOf } from './check-size.mjs';

it('follows static imports once and leaves lazy ones', () => {
  const manifest = {
    'index.html': { file: 'a.js', css: ['a.css'], imports: ['_b.js'], dynamicImports: ['late'] },
    '_b.js': { file: 'b.js', imports: ['index.html'] },
    late: { file: 'late.js' },
  };
  expect([...filesOf(manifest, 'index.html')]).toEqual(['a.js', 'a.css', 'b.js']);
});
