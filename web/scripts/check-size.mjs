// Measures what a browser loads (gzip) and fails above the budget: 230 kB for the shell with the Overview, in the
// heaviest language; 40 kB more for each further screen. Reads the manifest of the last build.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';

const kB = 1000;
export const firstLoadLimit = 230 * kB;
export const screenLimit = 40 * kB;

/** All files that loading an entry of the manifest brings with it. */
export function filesOf(manifest, key, found = new Set()) {
  const chunk = manifest[key];
  if (!chunk || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const css of chunk.css ?? []) found.add(css);
  for (const other of chunk.imports ?? []) filesOf(manifest, other, found);
  return found;
}

function main() {
  const dist = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist');
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'));
  const sizes = new Map();
  const size = (file) => {
    if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(join(dist, file)), { level: 6 }).length);
    return sizes.get(file);
  };
  const total = (files) => [...files].reduce((sum, file) => sum + size(file), 0);
  const keys = Object.keys(manifest);
  const screens = keys.filter((key) => /^src\/screens\/[^/]+\/index\.tsx$/.test(key));
  const overview = 'src/screens/overview/index.tsx';
  const first = new Set();
  for (const key of ['index.html', 'src/app/Shell.tsx', overview]) {
    if (!manifest[key]) throw new Error(`the build has no ${key}`);
    filesOf(manifest, key, first);
  }
  const words = (names) => {
    const languages = [...new Set(keys.flatMap((key) => key.match(/^src\/words\/([^/]+)\//)?.[1] ?? []))];
    const sums = languages.map((language) =>
      names.reduce((sum, name) => sum + total(filesOf(manifest, `src/words/${language}/${name}.json`)), 0),
    );
    return Math.max(0, ...sums);
  };
  let failed = false;
  const line = (name, bytes, limit) => {
    const over = bytes > limit;
    failed ||= over;
    console.log(
      `${over ? 'OVER ' : 'ok   '} ${name.padEnd(22)} ${(bytes / kB).toFixed(1).padStart(7)} kB of ${limit / kB}`,
    );
  };
  const html =
    gzipSync(readFileSync(join(dist, 'index.html'))).length + gzipSync(readFileSync(join(dist, 'theme.js'))).length;
  line(
    'shell + overview',
    total(first) + html + words(['ui', 'shell', 'keys', 'problems', 'reasons', 'overview']),
    firstLoadLimit,
  );
  for (const screen of screens) {
    if (screen === overview) continue;
    const name = screen.split('/')[2];
    const more = [...filesOf(manifest, screen)].filter((file) => !first.has(file));
    line(name, total(more) + words([name.replaceAll('-', '_')]), screenLimit);
  }
  process.exit(failed ? 1 : 0);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
