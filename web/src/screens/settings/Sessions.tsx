import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '~/api/client';
import { sessionsQuery } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { leaveSession } from '~/app/session';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Confirm } from '~/ui/Dialog';
import { Section } from '~/ui/Drawer';
import { Skeleton } from '~/ui/Skeleton';
import { Tag } from '~/ui/Tag';
import { Time } from '~/ui/Time';
import { toast } from '~/ui/Toast';
import { useSave } from '~/ui/use-save';

/** Where this person is signed in; each can be ended. */
export function Sessions() {
  const t = useT();
  const client = useQueryClient();
  const { data, error, refetch } = useQuery(sessionsQuery);
  const ending = useSave();
  const [asking, setAsking] = useState(false);
  const end = async (session: string) => {
    const done = await ending.save(() =>
      call(() => api.DELETE('/sessions/{session}', { params: { path: { session } } })),
    );
    client.invalidateQueries({ queryKey: ['sessions'] });
    if (done) toast(t('settings.session_ended'));
  };
  const endAll = async () => {
    if (await ending.save(() => call(() => api.DELETE('/sessions', {})))) leaveSession();
  };
  return (
    <Section
      title={t('settings.sessions')}
      action={
        <Button kind="danger" onClick={() => setAsking(true)}>
          {t('settings.end_all')}
        </Button>
      }
    >
      {error && <ProblemNotice error={error} title={t('settings.sessions_unreadable')} onRetry={() => refetch()} />}
      {ending.error != null && <ProblemNotice error={ending.error} />}
      {!data && !error && <Skeleton rows={3} />}
      <ul className="divide-y rounded border">
        {data?.rows.map((session) => (
          <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2">
            <span className="min-w-0 grow basis-56">
              <span className="font-semibold">{session.device}</span>{' '}
              {session.current && <Tag>{t('settings.this_session')}</Tag>}
              <span className="block text-muted text-small">
                {session.address} · {t('settings.last_seen')} <Time at={session.last_seen_at} relative />
              </span>
            </span>
            {!session.current && (
              <Button
                sends
                busy={ending.busy}
                onClick={() => end(session.id)}
                aria-label={t('settings.end_session_of', { device: session.device })}
              >
                {t('settings.end_session')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('settings.end_all')}
        description={t('settings.end_all_text')}
        action={t('settings.end_all')}
        busy={ending.busy}
        onConfirm={endAll}
      />
    </Section>
  );
}
