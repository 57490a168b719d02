import { Fragment } from 'react';
import { Dialog } from '~/ui/Dialog';
import { type Shortcut, shortcuts } from './keyboard';
import { useT } from './words';

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);
const keyName = (key: string) =>
  key
    .replace('Mod+', mac ? '⌘ ' : 'Ctrl ')
    .replace('Escape', 'Esc')
    .replace(/^X$/, 'Shift x');

/** The keys of a shortcut, as keys. */
export function Keys({ shortcut }: { shortcut: Shortcut }) {
  const t = useT();
  return (
    <span className="whitespace-nowrap">
      {shortcut.keys.map((key, place) => (
        <Fragment key={key}>
          {place > 0 && <span className="px-1 text-muted text-small">{t('keys.then')}</span>}
          <kbd className="rounded border bg-surface px-1.5 py-0.5 font-mono text-small">{keyName(key)}</kbd>
        </Fragment>
      ))}
    </span>
  );
}

/** The whole keyboard list, by group. */
export function KeyboardList() {
  const t = useT();
  const groups = [...new Set(shortcuts.map((shortcut) => shortcut.group))];
  return (
    <div className="grid gap-4">
      {groups.map((group) => (
        <section key={group}>
          <h3 className="mb-1 font-semibold">{t(group)}</h3>
          <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5">
            {shortcuts
              .filter((shortcut) => shortcut.group === group)
              .map((shortcut) => (
                <div key={shortcut.command} className="contents">
                  <dt>{t(shortcut.words)}</dt>
                  <dd className="text-right">
                    <Keys shortcut={shortcut} />
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open={open} onClose={onClose} title={t('keys.title')} description={t('keys.hint')}>
      <KeyboardList />
    </Dialog>
  );
}
