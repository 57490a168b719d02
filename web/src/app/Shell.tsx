import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { connectClient } from '~/api/client';
import { sessionQuery } from '~/api/queries';
import { undoLast } from '~/ui/Toast';
import { DemoBanner } from './DemoBanner';
import { followEvents } from './events';
import { Forbidden } from './Forbidden';
import { HelpDialog } from './HelpDialog';
import { useCommand } from './keyboard';
import { MainMenu, MenuDrawer } from './MainMenu';
import { actionOf } from './menu';
import { useReachable } from './online';
import { PaletteHost } from './PaletteHost';
import { setPreference, usePreferences } from './preferences';
import { leaveSession, useSession } from './session';
import { askStepUp, StepUpDialog } from './step-up';
import { TopBar } from './TopBar';
import { useT } from './words';

const askAgainMs = 5000;

/** The frame around every screen. */
export default function Shell() {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const reachable = useReachable();
  const session = useSession();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const needed = actionOf(path);
  const forbidden = needed !== null && !session?.actions?.includes(needed);
  const { menuCollapsed } = usePreferences();
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(false);
  const [menuOpen, setMenuOpen] = useState(false);

  useEffect(() => connectClient({ stepUp: askStepUp, sessionEnded: leaveSession }), []);
  useEffect(() => followEvents(client), [client]);
  // The stream may be whole while a single request failed: ask until an answer comes.
  useEffect(() => {
    if (reachable) return;
    const again = setInterval(() => client.refetchQueries({ queryKey: sessionQuery.queryKey }), askAgainMs);
    return () => clearInterval(again);
  }, [reachable, client]);

  useCommand('help', () => setHelp(true));
  useCommand('palette', () => setPalette(true));
  useCommand('undo', () => undoLast());
  useCommand('go.overview', () => navigate({ to: '/' }));
  useCommand('go.orders', () => navigate({ to: '/orders' }));
  useCommand('go.chats', () => navigate({ to: '/chats' }));
  useCommand('go.checker', () => navigate({ to: '/checker' }));
  useCommand('go.stores', () => navigate({ to: '/stores' }));
  useCommand('go.audit', () => navigate({ to: '/audit' }));

  return (
    <div className="flex h-dvh flex-col">
      <a
        href="#content"
        className="sr-only z-50 rounded bg-accent px-3 py-2 text-accent-fg focus:not-sr-only focus:absolute focus:top-1 focus:left-1"
      >
        {t('shell.skip')}
      </a>
      <DemoBanner />
      {!reachable && (
        <p role="status" className="bg-medium-tint px-4 py-1.5 font-semibold text-medium">
          {t('shell.offline')}
        </p>
      )}
      <div className="flex min-h-0 grow">
        <MainMenu
          collapsed={menuCollapsed}
          onCollapse={() => setPreference('menuCollapsed', !menuCollapsed)}
          className="max-desk:hidden"
        />
        <div className="flex min-w-0 grow flex-col">
          <TopBar onMenu={() => setMenuOpen(true)} onSearch={() => setPalette(true)} onHelp={() => setHelp(true)} />
          <main id="content" tabIndex={-1} className="flex min-h-0 grow flex-col overflow-y-auto focus:outline-none">
            {forbidden ? <Forbidden /> : <Outlet />}
          </main>
        </div>
      </div>
      <MenuDrawer open={menuOpen} onClose={() => setMenuOpen(false)} />
      <HelpDialog open={help} onClose={() => setHelp(false)} />
      <PaletteHost open={palette} onClose={() => setPalette(false)} onHelp={() => setHelp(true)} />
      <StepUpDialog />
    </div>
  );
}
