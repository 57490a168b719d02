import {
  ClipboardCheck,
  LayoutDashboard,
  type LucideIcon,
  MessageSquareWarning,
  MessagesSquare,
  ScrollText,
  Settings,
  Store,
  Undo2,
} from 'lucide-react';
import type { Command } from './keyboard';
import type { WordKey } from './word-keys';

export type MenuEntry = {
  to: string;
  words: WordKey;
  icon: LucideIcon;
  go?: Command;
  /** The permission its screen needs. */
  action: string;
};
export type MenuGroup = { words: WordKey; entries: MenuEntry[] };

export const menu: MenuGroup[] = [
  {
    words: 'shell.group_work',
    entries: [
      { to: '/', words: 'shell.overview', icon: LayoutDashboard, go: 'go.overview', action: 'view_overview' },
      { to: '/orders', words: 'shell.orders', icon: ClipboardCheck, go: 'go.orders', action: 'view_orders' },
      { to: '/chats', words: 'shell.chats', icon: MessagesSquare, go: 'go.chats', action: 'view_chats' },
      { to: '/returns', words: 'shell.returns', icon: Undo2, go: 'go.returns', action: 'view_orders' },
    ],
  },
  {
    words: 'shell.group_protect',
    entries: [
      {
        to: '/checker',
        words: 'shell.checker',
        icon: MessageSquareWarning,
        go: 'go.checker',
        action: 'check_messages',
      },
    ],
  },
  {
    words: 'shell.group_setup',
    entries: [
      { to: '/stores', words: 'shell.stores', icon: Store, go: 'go.stores', action: 'view_stores' },
      { to: '/settings', words: 'shell.settings', icon: Settings, action: 'own_session' },
      { to: '/audit', words: 'shell.audit', icon: ScrollText, go: 'go.audit', action: 'view_audit' },
    ],
  },
];

/** The permission that a screen needs; null when everybody may see it, or no such screen exists. */
export function actionOf(path: string): string | null {
  if (path.startsWith('/orders/import')) return 'import_data';
  const entries = menu.flatMap((group) => group.entries);
  const entry = entries.find((one) => path === one.to || (one.to !== '/' && path.startsWith(`${one.to}/`)));
  return entry && entry.action !== 'own_session' ? entry.action : null;
}
