import type { Schemas } from '~/api/client';
import { type Translate, translateCode } from '~/app/words';

type Row = Schemas['AuditRow'];

/** Kinds that can be chosen in the filter. One that is not listed still shows, with its key. */
export const kinds = [
  'setup.done',
  'sign_in.ok',
  'sign_in.refused',
  'limit.hit',
  'account.locked',
  'account.unlocked',
  'step_up.ok',
  'step_up.refused',
  'session.ended',
  'second_factor.set',
  'second_factor.refused',
  'password.changed',
  'password.refused',
  'invitation.used',
  'person.added',
  'person.changed',
  'person.disabled',
  'person.enabled',
  'person.reset',
  'settings.changed',
  'app.changed',
  'store.added',
  'store.connected',
  'store.held',
  'store.disconnected',
  'store.edited',
  'store.proxy_changed',
  'import.applied',
  'alert.close',
  'alert.reopen',
  'demo.left',
  'retention.removed',
  'permission.denied',
  'audit.checked',
] as const;

export const kindText = (t: Translate, kind: string) =>
  translateCode(`audit.kind_${kind}`) ?? t('audit.kind_unknown', { kind });

export const entryText = (t: Translate, row: Row) => kindText(t, row.kind);

/** The person, the command line, or the program itself. */
export function actorText(t: Translate, row: Row): string {
  if (row.actor_name) return row.actor_name;
  if (row.actor === 'cli') return t('audit.actor_cli');
  if (row.actor === '' || row.actor === 'system') return t('audit.actor_system');
  return row.actor;
}

/** A detail as "name, value" in words; what has no words (a login, a file name) is shown as it is. */
export const detailText = (name: string, value: string): [string, string] => [
  translateCode(`audit.detail_${name}`) ?? name,
  translateCode(`audit.value_${value}`) ?? translateCode(`problems.${value}`) ?? value,
];
