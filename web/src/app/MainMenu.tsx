import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PanelLeftClose, PanelLeftOpen, X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { type Overview, overviewQuery } from '~/api/queries';
import { Button } from '~/ui/Button';
import { cn } from '~/ui/cn';
import { useReturnFocus } from '~/ui/return-focus';
import { Tip } from '~/ui/Tip';
import { formatNumber } from './format';
import { Mark } from './Mark';
import { menu } from './menu';
import { useMay, useSession } from './session';
import { useT } from './words';

/** What needs a person, by menu entry. Nothing else is ever counted in the menu. */
const needs: Record<string, (overview: Overview) => number> = {
  '/': ({ counts }) => counts.alerts_open,
  '/orders': ({ counts }) => counts.abnormal,
  '/chats': ({ counts }) => counts.chats_unread,
  '/returns': ({ counts }) => counts.returns_open,
  // Not those that only have an open alert: it is counted above already.
  '/stores': ({ stores }) => stores.filter((row) => row.trouble.length > 0).length,
};

export function MainMenu({
  collapsed,
  onCollapse,
  onGo,
  className,
}: {
  collapsed: boolean;
  onCollapse?: () => void;
  onGo?: () => void;
  className?: string;
}) {
  const t = useT();
  const session = useSession();
  const may = useMay('view_overview');
  const { data: overview } = useQuery({ ...overviewQuery, enabled: may });
  const allowed = session?.actions ?? [];
  return (
    <nav
      aria-label={t('shell.menu')}
      className={cn(
        'flex shrink-0 flex-col overflow-y-auto border-r bg-surface',
        collapsed ? 'w-14' : 'w-[200px]',
        className,
      )}
    >
      <div className="flex h-12 shrink-0 items-center gap-2 px-4">
        <Mark />
        {!collapsed && <span className="truncate font-semibold text-section">{session?.team_name || 'Stallward'}</span>}
      </div>
      <div className="grow py-2">
        {menu.map((group) => {
          const entries = group.entries.filter(
            (entry) => entry.action === 'own_session' || allowed.includes(entry.action),
          );
          if (entries.length === 0) return null;
          return (
            <div key={group.words} className="mb-3">
              {!collapsed && <p className="px-4 pb-1 text-muted text-small">{t(group.words)}</p>}
              <ul>
                {entries.map((entry) => {
                  const count = overview ? (needs[entry.to]?.(overview) ?? 0) : 0;
                  const link = (
                    <Link
                      to={entry.to}
                      onClick={onGo}
                      activeOptions={{ exact: entry.to === '/', includeSearch: false }}
                      aria-label={collapsed ? t(entry.words) : undefined}
                      className="mx-2 flex min-h-8 items-center gap-2.5 rounded px-2 py-1 hover:bg-accent-tint max-desk:min-h-10"
                      activeProps={{ className: 'bg-accent-tint font-semibold', 'aria-current': 'page' }}
                    >
                      <entry.icon className="size-4 shrink-0" aria-hidden="true" />
                      {!collapsed && <span className="min-w-0 grow leading-tight">{t(entry.words)}</span>}
                      {!collapsed && count > 0 && (
                        <span className="shrink-0 text-small">
                          {formatNumber(count)}
                          <span className="sr-only"> {t('shell.need_you')}</span>
                        </span>
                      )}
                    </Link>
                  );
                  return <li key={entry.to}>{collapsed ? <Tip text={t(entry.words)}>{link}</Tip> : link}</li>;
                })}
              </ul>
            </div>
          );
        })}
      </div>
      {onCollapse && (
        <div className="border-t p-2">
          <Button
            kind="quiet"
            shape="icon"
            onClick={onCollapse}
            aria-label={collapsed ? t('shell.expand_menu') : t('shell.collapse_menu')}
          >
            {collapsed ? (
              <PanelLeftOpen className="size-4" aria-hidden="true" />
            ) : (
              <PanelLeftClose className="size-4" aria-hidden="true" />
            )}
          </Button>
        </div>
      )}
    </nav>
  );
}

/** The same menu on a phone, over the page. */
export function MenuDrawer({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useT();
  const returnFocus = useReturnFocus(open);
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-veil" />
        <Radix.Content
          data-layer="modal"
          onCloseAutoFocus={returnFocus}
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-40 flex bg-surface shadow-float"
        >
          <Radix.Title className="sr-only">{t('shell.menu')}</Radix.Title>
          <MainMenu collapsed={false} onGo={onClose} className="w-64 border-r-0" />
          <Radix.Close asChild>
            <Button kind="quiet" shape="icon" aria-label={t('ui.close')} className="m-1">
              <X className="size-4" aria-hidden="true" />
            </Button>
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
