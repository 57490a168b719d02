import { useSyncExternalStore } from 'react';
import { load, save } from './local';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'compact' | 'normal' | 'roomy';

export type Preferences = {
  theme: Theme;
  density: Density;
  /** Single-letter keys act (WCAG 2.1.4 asks for a way to switch them off). */
  singleKeys: boolean;
  menuCollapsed: boolean;
};

let current: Preferences = {
  theme: load<Theme>('theme', 'system'),
  density: load<Density>('density', 'normal'),
  singleKeys: load('singleKeys', true),
  menuCollapsed: load('menuCollapsed', false),
};
const watchers = new Set<() => void>();
const systemDark = () => matchMedia('(prefers-color-scheme: dark)');

/** Writes theme and density to the page. Keep in step with public/theme.js. */
function show() {
  const dark = current.theme === 'dark' || (current.theme === 'system' && systemDark().matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  document.documentElement.dataset.density = current.density;
}

export function startPreferences() {
  show();
  systemDark().addEventListener('change', show);
}

export function setPreference<K extends keyof Preferences>(name: K, value: Preferences[K]) {
  current = { ...current, [name]: value };
  save(name, value);
  show();
  for (const wake of watchers) wake();
}

export const preferences = () => current;

export const usePreferences = () =>
  useSyncExternalStore((wake) => {
    watchers.add(wake);
    return () => watchers.delete(wake);
  }, preferences);
