// The keys that exist, from the English files: a misspelt key does not compile.
import type keys from '../words/en/keys.json';
import type overview from '../words/en/overview.json';
import type problems from '../words/en/problems.json';
import type reasons from '../words/en/reasons.json';
import type shell from '../words/en/shell.json';
import type sign_in from '../words/en/sign_in.json';
import type ui from '../words/en/ui.json';

type Files = {
  keys: typeof keys;
  overview: typeof overview;
  problems: typeof problems;
  reasons: typeof reasons;
  shell: typeof shell;
  sign_in: typeof sign_in;
  ui: typeof ui;
};

type WithoutPlural<K> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K;

export type WordFile = keyof Files;
export type WordKey = { [F in WordFile]: WithoutPlural<keyof Files[F] & string> }[WordFile];
