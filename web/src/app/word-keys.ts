// The keys that exist, from the English files: a misspelt key does not compile.
import type audit from '../words/en/audit.json';
import type chats from '../words/en/chats.json';
import type checker from '../words/en/checker.json';
import type import_words from '../words/en/import.json';
import type keys from '../words/en/keys.json';
import type orders from '../words/en/orders.json';
import type overview from '../words/en/overview.json';
import type problems from '../words/en/problems.json';
import type reasons from '../words/en/reasons.json';
import type returns from '../words/en/returns.json';
import type settings from '../words/en/settings.json';
import type shell from '../words/en/shell.json';
import type sign_in from '../words/en/sign_in.json';
import type stores from '../words/en/stores.json';
import type ui from '../words/en/ui.json';

type Files = {
  audit: typeof audit;
  chats: typeof chats;
  checker: typeof checker;
  import: typeof import_words;
  keys: typeof keys;
  orders: typeof orders;
  overview: typeof overview;
  problems: typeof problems;
  reasons: typeof reasons;
  returns: typeof returns;
  settings: typeof settings;
  shell: typeof shell;
  sign_in: typeof sign_in;
  stores: typeof stores;
  ui: typeof ui;
};

type WithoutPlural<K> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K;

export type WordFile = keyof Files;
export type WordKey = { [F in WordFile]: WithoutPlural<keyof Files[F] & string> }[WordFile];
