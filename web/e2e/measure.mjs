// Measures how the table with 10,000 rows feels, in the gallery: time of a frame while scrolling, and from a key press to
// the picture. Prints figures; a machine that is busy makes them worse, so nothing here passes or fails.
//   node e2e/measure.mjs

import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, sizes } from './browser.mjs';
import { serveFolder } from './static-server.mjs';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
execFileSync('npm', ['run', '-s', 'gallery'], { cwd: web, stdio: ['ignore', 'ignore', 'inherit'] });
const server = await serveFolder(join(web, 'dist-gallery'));
const browser = await launch();

const share = (values, part) => [...values].sort((a, b) => a - b)[Math.floor(values.length * part)].toFixed(1);
const line = (name, values) =>
  console.log(
    `${name}: median ${share(values, 0.5)} ms, p95 ${share(values, 0.95)} ms, worst ${share(values, 0.999)} ms (${values.length})`,
  );

try {
  const page = await browser.newPage({ viewport: sizes.large });
  await page.goto(`${server.origin}/gallery.html`);
  const table = page.getByRole('table');
  await table.scrollIntoViewIfNeeded();
  const scroll = (by) =>
    table.evaluate(
      (scroller, step_px) =>
        new Promise((resolve) => {
          const times = [];
          let before = performance.now();
          const step = (now) => {
            times.push(now - before);
            before = now;
            scroller.scrollTop += step_px;
            if (times.length < 600) requestAnimationFrame(step);
            else resolve(times.slice(5));
          };
          requestAnimationFrame(step);
        }),
      by,
    );
  // What the machine does by itself, to compare with.
  line('frame while nothing moves', await scroll(0));
  line('frame while scrolling 10,000 rows', await scroll(400));

  await table.evaluate((scroller) => {
    scroller.scrollTop = 0;
  });
  await table.locator('[data-index="0"]').focus();
  const keys = [];
  for (let press = 0; press < 100; press += 1) {
    keys.push(
      await page.evaluate(
        () =>
          new Promise((resolve) => {
            const began = performance.now();
            document.activeElement.dispatchEvent(
              new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true }),
            );
            // The second frame after the press begins when the first was painted.
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - began)));
          }),
      ),
    );
  }
  line('key press to picture, arrow down', keys);
} finally {
  await browser.close();
  server.close();
}
