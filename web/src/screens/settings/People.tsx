import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { type Person, peopleQuery } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useMay, useSession } from '~/app/session';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Section } from '~/ui/Drawer';
import { SeverityTag } from '~/ui/Severity';
import { Skeleton } from '~/ui/Skeleton';
import { Tag } from '~/ui/Tag';
import { Time } from '~/ui/Time';
import { useSave } from '~/ui/use-save';
import { InvitationDialog } from './InvitationDialog';
import { PersonDialog } from './PersonDialog';

export const roles = ['owner', 'manager', 'support', 'viewer'] as const;

/** Everyone on the team, with what they may do. */
export function People() {
  const t = useT();
  const client = useQueryClient();
  const me = useSession()?.person?.id;
  const may = useMay('edit_people');
  const { data, error, refetch } = useQuery(peopleQuery);
  const [editing, setEditing] = useState<Person | 'new' | null>(null);
  const [invitation, setInvitation] = useState<Schemas['Invitation'] | null>(null);
  const resetting = useSave();
  const changed = () => client.invalidateQueries({ queryKey: ['people'] });
  const reset = (person: Person) =>
    resetting.save(async () => {
      setInvitation(await call(() => api.POST('/people/{person}/reset', { params: { path: { person: person.id } } })));
      changed();
    });
  return (
    <Section
      title={t('settings.people')}
      action={
        <Button kind="primary" offBecause={may ? null : t('settings.may_not')} onClick={() => setEditing('new')}>
          {t('settings.add_person')}
        </Button>
      }
    >
      {error && <ProblemNotice error={error} title={t('settings.people_unreadable')} onRetry={() => refetch()} />}
      {resetting.error != null && <ProblemNotice error={resetting.error} />}
      {!data && !error && <Skeleton rows={5} />}
      <ul className={data && 'divide-y rounded border'}>
        {data?.rows.map((person) => (
          <li key={person.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2">
            <span className="min-w-0 grow basis-48">
              <span className="font-semibold">{person.name}</span> {person.id === me && <Tag>{t('settings.you')}</Tag>}
              <span className="block text-muted text-small [overflow-wrap:anywhere]">{person.login}</span>
            </span>
            <span className="grid basis-40 gap-1">
              <span>
                {t(`settings.role_${person.role}`)}
                {person.stores.length > 0 && (
                  <span className="text-muted"> · {t('settings.some_stores', { count: person.stores.length })}</span>
                )}
              </span>
              <span className="text-muted text-small">
                {person.last_seen_at ? (
                  <>
                    {t('settings.last_seen_at')} <Time at={person.last_seen_at} relative />
                  </>
                ) : (
                  t('settings.never_seen')
                )}
              </span>
            </span>
            <State person={person} />
            {may && (
              <span className="flex flex-wrap gap-2">
                <Button
                  onClick={() => setEditing(person)}
                  aria-label={t('settings.edit_person_of', { name: person.name })}
                >
                  {t('settings.edit_person')}
                </Button>
                {!person.disabled && person.id !== me && (
                  <Button
                    sends
                    busy={resetting.busy}
                    onClick={() => reset(person)}
                    aria-label={t('settings.reset_of', { name: person.name })}
                  >
                    {t('settings.reset')}
                  </Button>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
      {editing && (
        <PersonDialog
          person={editing === 'new' ? null : editing}
          self={editing !== 'new' && editing.id === me}
          onClose={() => setEditing(null)}
          onSaved={(made) => {
            changed();
            setEditing(null);
            if (made) setInvitation(made);
          }}
        />
      )}
      {invitation && <InvitationDialog invitation={invitation} onClose={() => setInvitation(null)} />}
    </Section>
  );
}

function State({ person }: { person: Person }) {
  const t = useT();
  if (person.disabled) return <Tag>{t('settings.disabled')}</Tag>;
  if (person.invited) return <SeverityTag severity="unknown" text={t('settings.invited')} />;
  return person.second_factor ? (
    <SeverityTag severity="ok" text={t('settings.has_second_factor')} />
  ) : (
    <SeverityTag severity="medium" text={t('settings.no_second_factor')} />
  );
}
