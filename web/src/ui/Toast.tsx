import { X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useT } from '~/app/words';
import { Button } from './Button';

type Done = { id: number; text: string; undo?: () => void };

let toasts: readonly Done[] = [];
let next = 1;
const watchers = new Set<() => void>();
const publish = (list: readonly Done[]) => {
  toasts = list;
  for (const wake of watchers) wake();
};

/** Says that something was done, with a way back. Errors never come here: they stay beside what caused them. */
export function toast(text: string, undo?: () => void) {
  next += 1;
  publish([...toasts.slice(-2), { id: next, text, undo }]);
}

/** Undoes the newest thing that can be undone (key z). */
export function undoLast(): boolean {
  const last = toasts.findLast((done) => done.undo);
  if (!last) return false;
  last.undo?.();
  publish(toasts.filter((done) => done !== last));
  return true;
}

const useToasts = () =>
  useSyncExternalStore(
    (wake) => {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    () => toasts,
  );

export function Toasts({ children }: { children: ReactNode }) {
  const t = useT();
  const list = useToasts();
  const drop = (id: number) => publish(toasts.filter((done) => done.id !== id));
  return (
    <Radix.Provider duration={8000} label={t('ui.notification')}>
      {children}
      {list.map((done) => (
        <Radix.Root
          key={done.id}
          onOpenChange={(open) => !open && drop(done.id)}
          className="fade-in flex items-center gap-3 rounded border bg-bg py-2 pr-2 pl-3 shadow-float"
        >
          <Radix.Description className="min-w-0 grow">{done.text}</Radix.Description>
          {done.undo && (
            <Radix.Action asChild altText={t('ui.undo')} onClick={done.undo}>
              <Button>{t('ui.undo')}</Button>
            </Radix.Action>
          )}
          <Radix.Close asChild>
            <Button kind="quiet" shape="icon" aria-label={t('ui.close')}>
              <X className="size-4" aria-hidden="true" />
            </Button>
          </Radix.Close>
        </Radix.Root>
      ))}
      <Radix.Viewport
        label={t('ui.notifications', { hotkey: 'F8' })}
        className="fixed right-4 bottom-4 z-50 grid w-96 max-w-[calc(100vw-32px)] gap-2"
      />
    </Radix.Provider>
  );
}
