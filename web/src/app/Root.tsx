import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { sessionQuery } from '~/api/queries';
import { Skeleton } from '~/ui/Skeleton';
import { ProblemNotice } from './problem-text';
import { followPerson } from './session';
import { needWords, useT } from './words';

const Shell = lazy(() => import('./Shell'));
const SignIn = lazy(async () => (await Promise.all([import('~/screens/sign-in'), needWords('sign_in')]))[0]);

/** Decides between the console and the way into it. The address stays, so a link works after signing in. */
export function Root() {
  const t = useT();
  const { data: session, error, refetch } = useQuery(sessionQuery);
  const navigate = useNavigate();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const signedIn = session?.state === 'signed_in';
  useEffect(() => {
    if (session) followPerson(session);
  }, [session]);
  // The addresses of one-time links are of no use inside.
  useEffect(() => {
    if (signedIn && (path === '/setup' || path === '/invitation')) navigate({ to: '/', replace: true });
  }, [signedIn, path, navigate]);

  if (!session && error) {
    return (
      <main className="mx-auto max-w-lg p-4 pt-[20dvh]">
        <ProblemNotice error={error} title={t('shell.no_server')} onRetry={() => refetch()} />
      </main>
    );
  }
  const waiting = <Skeleton rows={8} className="mx-auto max-w-lg p-4 pt-[20dvh]" />;
  if (!session) return waiting;
  return <Suspense fallback={waiting}>{signedIn ? <Shell /> : <SignIn session={session} />}</Suspense>;
}
