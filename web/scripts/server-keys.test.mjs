import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { neverShown, serverKeys } from './server-keys.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const folder = join(root, 'web/src/words');

const wordsOf = (language) =>
  Object.assign(
    {},
    ...readdirSync(join(folder, language)).map((name) =>
      JSON.parse(readFileSync(join(folder, language, name), 'utf8')),
    ),
  );

// Sentences that stand for a kind of error, or that the console says by itself.
const ofTheirOwn =
  /^problems\.(client\.\w+|step_up_required|invalid_input|unauthenticated|forbidden|not_found|conflict|precondition_failed|rate_limited|unavailable|timeout|upstream_rejected|corrupt|internal)$|^audit\.kind_unknown$/;

it.each(readdirSync(folder))('%s has words for every key that the server can send', (language) => {
  const words = wordsOf(language);
  const missing = [...serverKeys(root)].filter(([key]) => !words[key]?.trim());
  expect(missing.map(([key, path]) => `${key} (${path})`)).toEqual([]);
});

it('keeps no words for keys that the server cannot send', () => {
  const keys = serverKeys(root);
  const old = Object.keys(wordsOf('en')).filter(
    (key) =>
      /^(problems\.|audit\.kind_|import\.(error|field|format)_[a-z_]+\.|checker\.oddity_|audit\.detail_)/.test(key) &&
      !ofTheirOwn.test(key) &&
      !keys.has(key),
  );
  expect(old.filter((key) => !/^import\.(error_unknown|format_none)$/.test(key))).toEqual([]);
});

it('names no key as never shown that is not in the server any more', () => {
  const text = ['src', 'workers']
    .flatMap((part) => readdirSync(join(root, part), { recursive: true }).map((name) => join(root, part, name)))
    .filter((path) => path.endsWith('.cpp'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
  const gone = Object.values(neverShown)
    .flat()
    .filter((key) => !text.includes(`"${key}"`));
  expect(gone).toEqual([]);
});

const made = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true });
});

/** A server of these files beside those that every server has. */
function server(files) {
  const path = mkdtempSync(join(tmpdir(), 'server-keys-'));
  made.push(path);
  const all = {
    'workers/x.cpp': '',
    'src/team/audit.h': '',
    'src/api/trouble.cpp': '',
    'src/api/json_out.cpp': '',
    'src/watch/watch.cpp': '',
    'src/ingest/import/order_table.cpp': '',
    'src/platform/call_error.cpp': 'std::string_view name(ErrorClass error) {\n    return "rate";\n}\n',
    'rules/import/orders.json': '{"fields": [{"name": "total"}], "formats": []}',
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return [...serverKeys(path).keys()].sort();
}

it('finds keys where the server writes them', () => {
  const found = server({
    'src/db/a.cpp': `
      // fail(Code::conflict, "in a comment", "not.sent")
      constexpr std::string_view k_moved = "a.moved";
      base::log(base::Level::error, "a.logged", {});
      if (x) return fail(Code::conflict, name(one, "b.c") + " (odd)", y ? "a.first" : "a.second");
      const base::Error late{base::Code::timeout, "late", "a.late", 5};
      return base::fail(base::Code::forbidden, "m", k_moved);
      TRY(audit(tx, call, open ? "thing.opened" : "thing.closed", id, {{"by", "x"}}));
      return raise(tx, store, "store.lost", severity, args);
      out.hold_reason = "store.odd";`,
  });
  expect(found).toEqual([
    'audit.detail_by',
    'audit.kind_thing.closed',
    'audit.kind_thing.opened',
    'import.field_total',
    'overview.trouble.store.lost',
    'problems.a.first',
    'problems.a.late',
    'problems.a.moved',
    'problems.a.second',
    'problems.platform.rate',
    'problems.store.odd',
  ]);
});

it('says so when a file that it reads was moved', () => {
  expect(() => serverKeys(join(root, 'docs/..', 'nowhere'))).toThrow();
});
