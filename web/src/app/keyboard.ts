// The keyboard list is data: the `?` dialog shows it and the one listener below acts on it.

import { useEffect, useRef } from 'react';
import { preferences } from './preferences';
import type { WordKey } from './word-keys';

export type Command =
  | 'palette'
  | 'filter'
  | 'help'
  | 'undo'
  | 'go.overview'
  | 'go.orders'
  | 'go.chats'
  | 'go.returns'
  | 'go.stores'
  | 'go.checker'
  | 'go.audit'
  | 'row.next'
  | 'row.previous'
  | 'row.open'
  | 'row.close'
  | 'row.select'
  | 'row.extend';

export type Shortcut = {
  command: Command;
  /** Keys one after the other, as KeyboardEvent.key; `Mod` is Ctrl, or Cmd on a Mac. */
  keys: string[];
  words: WordKey;
  group: WordKey;
  /** Acts only where the element itself handles it (Enter on a row); listed but not listened for. */
  local?: boolean;
};

export const shortcuts: Shortcut[] = [
  { command: 'palette', keys: ['Mod+k'], words: 'keys.palette', group: 'keys.group_anywhere' },
  { command: 'filter', keys: ['/'], words: 'keys.filter', group: 'keys.group_anywhere' },
  { command: 'undo', keys: ['z'], words: 'keys.undo', group: 'keys.group_anywhere' },
  { command: 'help', keys: ['?'], words: 'keys.help', group: 'keys.group_anywhere' },
  { command: 'go.overview', keys: ['g', 'o'], words: 'keys.go_overview', group: 'keys.group_go' },
  { command: 'go.orders', keys: ['g', 'r'], words: 'keys.go_orders', group: 'keys.group_go' },
  { command: 'go.chats', keys: ['g', 'i'], words: 'keys.go_chats', group: 'keys.group_go' },
  { command: 'go.returns', keys: ['g', 'e'], words: 'keys.go_returns', group: 'keys.group_go' },
  { command: 'go.checker', keys: ['g', 'm'], words: 'keys.go_checker', group: 'keys.group_go' },
  { command: 'go.stores', keys: ['g', 's'], words: 'keys.go_stores', group: 'keys.group_go' },
  { command: 'go.audit', keys: ['g', 'l'], words: 'keys.go_audit', group: 'keys.group_go' },
  { command: 'row.next', keys: ['j'], words: 'keys.row_next', group: 'keys.group_list' },
  { command: 'row.previous', keys: ['k'], words: 'keys.row_previous', group: 'keys.group_list' },
  { command: 'row.open', keys: ['Enter'], words: 'keys.row_open', group: 'keys.group_list', local: true },
  { command: 'row.close', keys: ['Escape'], words: 'keys.row_close', group: 'keys.group_list', local: true },
  { command: 'row.select', keys: ['x'], words: 'keys.row_select', group: 'keys.group_list' },
  { command: 'row.extend', keys: ['X'], words: 'keys.row_extend', group: 'keys.group_list' },
];

const handlers = new Map<Command, (() => void)[]>();

/** Runs the newest handler of a command. False when nothing on the page handles it. */
export function runCommand(command: Command): boolean {
  const handler = handlers.get(command)?.at(-1);
  handler?.();
  return !!handler;
}

/** Handles a command while the component is on the page; the newest one wins. */
export function useCommand(command: Command, handler: () => void, on = true) {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    if (!on) return;
    const run = () => latest.current();
    handlers.set(command, [...(handlers.get(command) ?? []), run]);
    return () => {
      handlers.set(
        command,
        (handlers.get(command) ?? []).filter((other) => other !== run),
      );
    };
  }, [command, on]);
}

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button])'));

const answering = () => document.querySelector('[role=dialog][data-layer=modal]') !== null;

let pressed: string[] = [];
let forget: ReturnType<typeof setTimeout> | undefined;

/** The shortcut that these keys complete, or `more` when they begin one. Exported for its test. */
export function match(keys: string[]): Shortcut | 'more' | null {
  let more = false;
  for (const shortcut of shortcuts) {
    if (shortcut.local || !keys.every((key, place) => shortcut.keys[place] === key)) continue;
    if (shortcut.keys.length === keys.length) return shortcut;
    more = true;
  }
  return more ? 'more' : null;
}

export function onKeyDown(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  const mod = event.ctrlKey || event.metaKey;
  const key = mod ? `Mod+${event.key.toLowerCase()}` : event.key;
  if (!mod && (typing(event.target) || answering() || !preferences().singleKeys)) return;
  if (key === 'Shift') return;
  clearTimeout(forget);
  let found = match([...pressed, key]);
  if (!found) {
    pressed = [];
    found = match([key]);
  }
  if (found === 'more') {
    pressed = [...pressed, key];
    forget = setTimeout(() => {
      pressed = [];
    }, 1500);
    return;
  }
  pressed = [];
  if (found && runCommand(found.command)) event.preventDefault();
}

export function startKeyboard() {
  addEventListener('keydown', onKeyDown);
}
