// Fails when a language lacks a key, has one too many, or uses other arguments than English; when a key is used
// nowhere; and when a reason or error code of the server has no sentence.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const stem = (key) => key.replace(/_(one|other)$/, '');
const placeholders = (text) =>
  [...new Set([...text.matchAll(/\{\{\s*([\w.]+)|<(\/?\w+)>/g)].map((m) => m[1] ?? m[2]))].sort();

/** Problems between English and another language's file, as lines of text. */
export function compareWords(name, english, language, words) {
  const problems = [];
  const plural = new Set(
    Object.keys(english)
      .filter((key) => key.endsWith('_one'))
      .map(stem),
  );
  // Only English tells one from many; in the others `_other` serves both.
  const wanted = Object.keys(english).filter((key) => !(key.endsWith('_one') && plural.has(stem(key))));
  for (const key of wanted) {
    if (typeof words[key] !== 'string' || words[key].trim() === '') {
      problems.push(`${language}/${name}.json: ${key} is missing`);
      continue;
    }
    const [here, there] = [placeholders(words[key]), placeholders(english[key])];
    if (here.join() !== there.join()) {
      problems.push(`${language}/${name}.json: ${key} has the arguments [${here}] and not [${there}]`);
    }
  }
  for (const key of Object.keys(words)) {
    if (!wanted.includes(key)) problems.push(`${language}/${name}.json: ${key} is not in English`);
  }
  return problems;
}

/** Keys of English that no source file names. Keys that end in a part from data are found by their beginning. */
export function unusedKeys(keys, source) {
  const literal = new Set([...source.matchAll(/['"`]([a-z_]+\.[\w.-]+)['"`]/g)].map((m) => m[1]));
  const beginnings = [...source.matchAll(/['"`]([a-z_]+\.[\w.-]*)\$\{/g)].map((m) => m[1]);
  return keys.filter((key) => !literal.has(stem(key)) && !beginnings.some((beginning) => key.startsWith(beginning)));
}

function sources(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'words' ? [] : sources(path);
    return /(?<!\.test|\.d)\.tsx?$/.test(name) ? [readFileSync(path, 'utf8')] : [];
  });
}

function main() {
  const folder = join(web, 'src/words');
  const read = (language, name) => JSON.parse(readFileSync(join(folder, language, `${name}.json`), 'utf8'));
  const names = readdirSync(join(folder, 'en')).map((file) => file.replace(/\.json$/, ''));
  const languages = readdirSync(folder);
  const problems = [];
  if (languages.length !== 6) problems.push(`there are ${languages.length} languages and not 6`);
  for (const language of languages) {
    const there = readdirSync(join(folder, language)).map((file) => file.replace(/\.json$/, ''));
    for (const name of there) if (!names.includes(name)) problems.push(`${language}/${name}.json is not in English`);
    for (const name of names) {
      if (!there.includes(name)) problems.push(`${language}/${name}.json is missing`);
      else if (language !== 'en')
        problems.push(...compareWords(name, read('en', name), language, read(language, name)));
    }
  }
  const keys = names.flatMap((name) => {
    const words = Object.keys(read('en', name));
    for (const key of words)
      if (!key.startsWith(`${name}.`)) problems.push(`en/${name}.json: ${key} must begin with ${name}.`);
    return words;
  });
  for (const key of unusedKeys(keys, sources(join(web, 'src')).join('\n'))) problems.push(`en: ${key} is used nowhere`);

  const reasons = join(web, '../rules/reasons.json');
  if (existsSync(reasons)) {
    const listed = JSON.parse(readFileSync(reasons, 'utf8'));
    const codes = Array.isArray(listed.reasons)
      ? listed.reasons.map((reason) => reason.code)
      : Object.keys(listed.reasons ?? listed);
    for (const code of codes) {
      if (!keys.includes(`reasons.${code}`)) problems.push(`en/reasons.json: the reason ${code} has no sentence`);
    }
  }

  for (const problem of problems) console.error(problem);
  console.log(`words: ${languages.length} languages, ${keys.length} keys, ${problems.length} problems`);
  process.exit(problems.length ? 1 : 0);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
