import { useRouterState } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { Schemas } from '~/api/client';
import type { Session } from '~/api/queries';
import { Mark } from '~/app/Mark';
import { enterSession } from '~/app/session';
import { LanguageMenu, ThemeMenu } from '~/app/TopBar';
import { CodeForm } from './CodeForm';
import { Enrol } from './Enrol';
import { InvitationForm } from './InvitationForm';
import { PasswordForm } from './PasswordForm';
import { RecoveryCodes } from './RecoveryCodes';
import { SetUpForm } from './SetUpForm';
import { takeToken } from './token';

type Confirmed = { recovery_codes: string[]; session: Schemas['Session'] };

/** Every step from the door to the console, decided by where the session stands. */
export default function SignIn({ session }: { session: Session }) {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [token] = useState(takeToken);
  const [confirmed, setConfirmed] = useState<Confirmed | null>(null);
  return <Frame teamName={session.team_name}>{step()}</Frame>;

  function step() {
    // The codes are shown once: they stay until the person says that they are kept.
    if (confirmed) {
      return <RecoveryCodes codes={confirmed.recovery_codes} onDone={() => enterSession(confirmed.session)} />;
    }
    if (session.state === 'setup') return <SetUpForm token={token} />;
    if (session.state === 'enrol') return <Enrol onConfirmed={setConfirmed} />;
    if (session.state === 'code') return <CodeForm />;
    if (path === '/invitation') return <InvitationForm token={token} />;
    return <PasswordForm />;
  }
}

function Frame({ teamName, children }: { teamName?: string; children: ReactNode }) {
  return (
    <div className="flex min-h-dvh flex-col bg-surface">
      <header className="flex items-center gap-2 p-3">
        <Mark />
        <span className="grow font-semibold text-section">{teamName || 'Stallward'}</span>
        <LanguageMenu />
        <ThemeMenu />
      </header>
      <main className="mx-auto w-full max-w-md p-3 pt-[6dvh] pb-12">
        <div className="rounded border bg-bg p-6 max-tab:p-4">{children}</div>
      </main>
    </div>
  );
}
