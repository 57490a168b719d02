import { renderHook } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { match, onKeyDown, shortcuts, useCommand } from './keyboard';
import { setPreference } from './preferences';

const press = (key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more });
  target.addEventListener('keydown', onKeyDown as EventListener, { once: true });
  target.dispatchEvent(event);
};

describe('keyboard', () => {
  afterEach(() => {
    setPreference('singleKeys', true);
    document.body.replaceChildren();
  });

  it('has no shortcut that begins another', () => {
    for (const shortcut of shortcuts.filter((one) => !one.local)) expect(match(shortcut.keys)).toBe(shortcut);
  });
  it('waits for the second key', () => {
    const go = vi.fn();
    renderHook(() => useCommand('go.orders', go));
    press('g');
    expect(go).not.toHaveBeenCalled();
    press('r');
    expect(go).toHaveBeenCalledTimes(1);
  });
  it('leaves letters alone in a field and when switched off', () => {
    const next = vi.fn();
    renderHook(() => useCommand('row.next', next));
    const input = document.body.appendChild(document.createElement('input'));
    press('j', input);
    setPreference('singleKeys', false);
    press('j');
    expect(next).not.toHaveBeenCalled();
    setPreference('singleKeys', true);
    press('j');
    expect(next).toHaveBeenCalledTimes(1);
  });
  it('opens the palette also from a field', () => {
    const open = vi.fn();
    renderHook(() => useCommand('palette', open));
    press('k', document.body.appendChild(document.createElement('input')), { ctrlKey: true });
    expect(open).toHaveBeenCalledTimes(1);
  });
  it('gives a command to the newest handler, and back', () => {
    const [old, fresh] = [vi.fn(), vi.fn()];
    renderHook(() => useCommand('row.next', old));
    const { unmount } = renderHook(() => useCommand('row.next', fresh));
    press('j');
    unmount();
    press('j');
    expect([old.mock.calls.length, fresh.mock.calls.length]).toEqual([1, 1]);
  });
});
