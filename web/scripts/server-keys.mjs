// Which stable keys the server can send, read from its sources, and where the console keeps their words. A key is a word
// with points, like "store.no_app"; what a person reads is always a sentence of src/words/.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const dotted = /"([a-z][a-z_0-9]*(?:\.[a-z_0-9]+)+)"/g;

// Keys that no page of the console can show, with why. Anything else needs words.
export const neverShown = {
  'stops the program before it serves': [
    'db.in_use',
    'db.newer_schema',
    'db.other_installation',
    'db.wrong_kek',
    'egress.bad_roots',
    'server.address_in_use',
    'server.bad_certificate',
    'server.bad_key',
  ],
  'answers a request that a browser does not send': [
    'http.bad_body',
    'http.bad_framing',
    'http.bad_header',
    'http.bad_host',
    'http.bad_request_line',
    'http.bad_target',
    'http.coding_not_supported',
    'http.expectation_failed',
    'http.header_timeout',
    'http.headers_too_large',
    'http.method_not_supported',
    'http.target_too_long',
    'http.version_not_supported',
    'json.malformed',
    'request.body',
    'request.content_type',
    'request.method',
    'request.path',
    'request.unknown_field',
    'web.not_built',
  ],
  'stays between the parts of the server, or answers a marketplace': [
    'db.cursor_moved',
    'demo.left',
    'inbox.too_large',
    'ingest.shop_not_here',
    'ingest.store_busy',
    'ingest.store_rests',
    'lease.lost',
    'order.not_known_there',
    'outbox.fenced',
    'outbox.order',
    'outbox.state',
    'webhook.not_kept',
    'worker.kind',
  ],
  'is told by the sentence of its kind (conflict, unavailable, damaged data …), which says all that there is to say': [
    'alert.changed',
    'audit.gap',
    'db.corrupt',
    'db.duplicate',
    'db.io',
    'db.rolled_back',
    'db.text',
    'person.changed',
    'request.field',
    'request.language',
    'settings.changed',
    'store.changed',
    'view.changed',
  ],
  'is told with its line of an import, in words of its own': ['import.time_unreadable'],
  'is told by the reason unread.message': ['mime.no_headers', 'mime.no_message', 'worker.failed'],
  'is kept with a record in quarantine, of which the console shows the number': [
    'conversation.id_missing',
    'message.id_missing',
    'return.amount_unreadable',
    'return.id_missing',
    'return.not_an_object',
    'return.order_missing',
    'return.time_missing',
    'order.amount_unreadable',
    'order.currency_unreadable',
    'order.id_missing',
    'order.items_missing',
    'order.not_an_object',
    'order.time_missing',
    'order.too_many_lines',
  ],
};

function sources(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return sources(path);
    if (!/\.(cpp|h)$/.test(name) || /_test\.cpp$|^(test|fake)_/.test(name)) return [];
    return [{ path: path.replaceAll('\\', '/'), text: withoutComments(readFileSync(path, 'utf8')) }];
  });
}

const withoutComments = (text) => text.replace(/^\s*\/\/.*$/gm, '').replace(/\s\/\/ .*$/gm, '');

/** The arguments of every call of `name`, as written. */
export const argumentsOf = (text, name) => argumentsAfter(text, new RegExp(`\\b${name}(\\()`, 'g'));

/** The arguments behind every opening bracket that the expression's first group holds. */
function argumentsAfter(text, expression) {
  const calls = [];
  for (const found of text.matchAll(expression)) {
    const open = found[1];
    const begin = found.index + found[0].length;
    let depth = 0;
    let quoted = false;
    let from = begin;
    const list = [];
    for (let at = begin; at < text.length; at += 1) {
      const one = text[at];
      if (quoted) {
        if (one === '\\') at += 1;
        else if (one === '"') quoted = false;
      } else if (one === '"') quoted = true;
      else if ('({['.includes(one)) depth += 1;
      else if (depth === 0 && (one === ',' || one === (open === '(' ? ')' : '}'))) {
        list.push(text.slice(from, at).trim());
        from = at + 1;
        if (one !== ',') break;
      } else if (')}]'.includes(one)) depth -= 1;
    }
    calls.push(list);
  }
  return calls;
}

/** The keys of a file that match, those of log lines left out. */
function withoutLogged(text, wanted) {
  const logged = new Set(argumentsOf(text, 'log').flatMap((list) => literals(list[1] ?? '')));
  return literals(text).filter((key) => wanted.test(key) && !logged.has(key));
}

const names = (text, expression) => [...text.matchAll(expression)].map((found) => found[1] ?? found[2]);
const literals = (text) => [...text.matchAll(dotted)].map((found) => found[1]);

/** Every key with the beginning of its words: [words key, server file]. */
export function serverKeys(root) {
  const files = [...sources(join(root, 'src')), ...sources(join(root, 'workers'))];
  const file = (end) => {
    const one = files.find(({ path }) => path.endsWith(end));
    if (!one)
      throw new Error(`the server has no ${end} any more; say in scripts/server-keys.mjs where its keys are now`);
    return one;
  };
  const constants = new Map(
    files.flatMap(({ text }) =>
      [...text.matchAll(/\b(k_\w+)\s*=\s*"([a-z][\w.]*)"/g)].map((found) => [found[1], found[2]]),
    ),
  );
  const found = new Map();
  const silent = new Set(Object.values(neverShown).flat());
  const add = (words, keys, path) => {
    for (const key of keys) if (!(words === 'problems.' && silent.has(key))) found.set(words + key, path);
  };
  for (const { path, text } of files) {
    // fail(Code::…, "for the log", "key") and Error{Code::…, "for the log", "key"}.
    for (const [, , key = ''] of argumentsAfter(text, /([({])(?=\s*(?:base::)?Code::\w+,)/g)) {
      add('problems.', literals(key), path);
      if (constants.has(key)) add('problems.', [constants.get(key)], path);
    }
    for (const list of argumentsOf(text, 'wrong_token')) add('problems.', literals(list.join(',')), path);
    for (const stated of text.matchAll(/\b(hold_reason|hold|connection_reason|key|refused)\s*=\s*("[a-z_.]+")/g)) {
      add('problems.', literals(stated[2]), path);
    }
    for (const list of argumentsOf(text, 'note_connection')) add('problems.', literals(list[3] ?? ''), path);
    // Adapters give their keys in tables of their own.
    if (/\/(egress|http)\//.test(path)) add('problems.', withoutLogged(text, /^(egress|http)\./), path);
    // A check of words gives its key back, so that the caller can fail with it.
    if (/\/(password|table|check_input)\.cpp$/.test(path)) {
      for (const given of text.matchAll(/return (?:\w+ \? [\w:()]+ : )?("[a-z_.]+");/g)) {
        add('problems.', literals(given[1]), path);
      }
    }
    for (const list of argumentsOf(text, 'audit')) {
      const all = list.join(',');
      add('audit.kind_', literals(all), path);
      add('audit.detail_', names(all, /\{\s*"([a-z_]+)",/g), path);
    }
    if (path.includes('/team/')) {
      add('audit.detail_', names(text, /detail\.emplace_back\("([a-z_]+)"|Detail detail\{\{"([a-z_]+)"/g), path);
    }
    for (const list of argumentsOf(text, 'raise')) add('overview.trouble.', literals(list[2] ?? ''), path);
    for (const name of ['oddity', 'oddities.emplace_back']) {
      for (const list of argumentsOf(text, name)) add('checker.oddity_', literals(list.join(',')), path);
    }
  }
  const listed = (end, words) => add(words, literals(file(end).text), end);
  listed('src/team/audit.h', 'audit.kind_');
  listed('src/api/trouble.cpp', 'overview.trouble.');
  add('reasons.', withoutLogged(file('src/watch/watch.cpp').text, /^watch\./), 'src/watch/watch.cpp');
  listed('src/ingest/import/order_table.cpp', 'import.error_');
  const classes = file('src/platform/call_error.cpp').text.match(/name\(ErrorClass error\) \{[\s\S]*?\n\}/)[0];
  add(
    'problems.platform.',
    [...classes.matchAll(/return "(\w+)"/g)].map((one) => one[1]),
    'src/platform/call_error.cpp',
  );
  const flags = file('src/api/json_out.cpp').text.matchAll(/k_flag_\w+, "(\w+)"/g);
  add(
    'orders.flag_',
    [...flags].map((one) => one[1]),
    'src/api/json_out.cpp',
  );
  const columns = JSON.parse(readFileSync(join(root, 'rules/import/orders.json'), 'utf8'));
  add(
    'import.field_',
    columns.fields.map((field) => field.name),
    'rules/import/orders.json',
  );
  add(
    'import.format_',
    columns.formats.map((format) => format.name),
    'rules/import/orders.json',
  );
  return found;
}
