// The words of the console. A file words/<language>/<screen>.json holds the keys `screen.thing`; it is loaded when a
// screen first asks for it, and again when the language changes.

import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import { isLanguage, type Language, languages, preferredLanguage } from './languages';
import { load, save } from './local';
import type { WordFile, WordKey } from './word-keys';

const files = import.meta.glob<{ default: Record<string, string> }>('../words/*/*.json');
const wanted = new Set<WordFile>();
const loaded = new Set<string>();
const bundle = 'words';

async function loadFile(language: Language, name: WordFile): Promise<void> {
  const path = `../words/${language}/${name}.json`;
  if (loaded.has(path)) return;
  const words = await files[path]?.();
  if (!words) throw new Error(`no words: ${language}/${name}`);
  i18next.addResourceBundle(language, bundle, words.default, true, true);
  loaded.add(path);
}

/** Makes sure these words are there in the language in use. */
export async function needWords(...names: WordFile[]): Promise<void> {
  for (const name of names) wanted.add(name);
  await Promise.all(names.map((name) => loadFile(currentLanguage(), name)));
}

export function currentLanguage(): Language {
  const code = i18next.language ?? '';
  return isLanguage(code) ? code : 'en';
}

export async function setLanguage(language: Language): Promise<void> {
  await Promise.all([...wanted].map((name) => loadFile(language, name)));
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  save('language', language);
}

/** Starts in the language chosen last time, else the browser's. */
export async function startWords(...names: WordFile[]): Promise<void> {
  const kept = load('language', '');
  const language = isLanguage(kept) ? kept : preferredLanguage(navigator.languages);
  await i18next.init({
    lng: language,
    fallbackLng: false,
    supportedLngs: languages.map((known) => known.code),
    ns: [bundle],
    defaultNS: bundle,
    resources: {},
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  i18next.on('languageChanged', renew);
  i18next.store.on('added', renew);
  await needWords(...names);
  document.documentElement.lang = language;
}

export type Args = Record<string, string | number>;
export type Translate = (key: WordKey, args?: Args) => string;

/** The translation of one key, for code outside components. */
export const translate: Translate = (key, args) => i18next.t(key, args as never) as unknown as string;

/** The translation of a key that arrives as data (a reason or error code), or null when there is none. */
export function translateCode(key: string, args?: Args): string | null {
  return i18next.exists(key, args as never) ? (i18next.t(key, args as never) as unknown as string) : null;
}

// A table has hundreds of parts with words: all of them watch this one value, which is another function when the words are.
let current: Translate = remembering();
const watchers = new Set<() => void>();

/** Translates; a sentence without arguments is looked up once, because rows of a table ask for the same ones again and again. */
function remembering(): Translate {
  const known = new Map<string, string>();
  return (key, args) => {
    if (args) return translate(key, args);
    const found = known.get(key);
    if (found !== undefined) return found;
    const text = translate(key);
    known.set(key, text);
    return text;
  };
}

function renew() {
  current = remembering();
  for (const wake of watchers) wake();
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The translation; the part renders again when the language or its words change. */
export const useT = (): Translate => useSyncExternalStore(watch, () => current);

export function useLanguage(): Language {
  useT();
  return currentLanguage();
}
