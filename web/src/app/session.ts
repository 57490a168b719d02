import { useQuery } from '@tanstack/react-query';
import { api, call, type Schemas } from '~/api/client';
import { type Session, sessionQuery } from '~/api/queries';
import { setPreference } from './preferences';
import { queryClient } from './query';
import { currentLanguage, setLanguage } from './words';

/** Takes over a new session after a step of signing in. What the last person saw is forgotten. */
export async function enterSession(session: Session) {
  if (session.state !== 'signed_in')
    queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
  await followPerson(session);
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

/** Shows the console as the person chose it, on whatever device they sign in. */
export async function followPerson(session: Session) {
  const person = session.state === 'signed_in' ? session.person : undefined;
  if (!person) return;
  setPreference('theme', person.theme);
  setPreference('density', person.density);
  setPreference('singleKeys', person.letter_keys);
  if (person.language !== currentLanguage()) await setLanguage(person.language);
}

/** Ends the session here at once; the query then asks the server where it stands. */
export function leaveSession() {
  queryClient.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
  queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

type MyChoices =
  NonNullable<Schemas['Person']> extends infer P
    ? Partial<Pick<P & Schemas['Person'], 'name' | 'language' | 'time_zone' | 'theme' | 'density' | 'letter_keys'>>
    : never;

/** Saves one's own choices with the account. */
export async function saveMe(change: MyChoices) {
  const person = await call(() => api.PATCH('/me', { body: change }));
  queryClient.setQueryData(sessionQuery.queryKey, (session) => session && { ...session, person });
}

export const useSession = () => useQuery(sessionQuery).data;

/** Whether the person's role allows an action. The server decides; this only keeps dead buttons away. */
export function useMay(action: string): boolean {
  return useSession()?.actions?.includes(action) ?? false;
}
