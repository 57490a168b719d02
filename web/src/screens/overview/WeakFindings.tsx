import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { weakFindingsQuery } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useStores } from '~/app/stores';
import { translateCode, useT } from '~/app/words';
import { reasonSentence } from '~/ui/ReasonCard';
import { Skeleton } from '~/ui/Skeleton';
import { Time } from '~/ui/Time';

/** What was noticed and is too weak for an alert: folded, read only when somebody wants to see it. */
export function WeakFindings({ store }: { store: string | undefined }) {
  const t = useT();
  const names = useStores();
  const [open, setOpen] = useState(false);
  const { data, error, refetch } = useQuery({ ...weakFindingsQuery, enabled: open });
  const rows = data?.rows.filter((row) => !store || row.store === store);
  return (
    <details className="rounded border p-3" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-6 font-semibold">{t('overview.weak')}</summary>
      <p className="mt-1 text-muted">{t('overview.weak_text')}</p>
      {error && <ProblemNotice error={error} title={t('overview.weak_unreadable')} onRetry={() => refetch()} />}
      {open && !data && !error && <Skeleton rows={3} />}
      {rows?.length === 0 && <p className="mt-2">{t('overview.weak_none')}</p>}
      {rows && rows.length > 0 && (
        <ul className="mt-2 divide-y rounded border">
          {rows.map((row) => (
            <li key={row.id} className="grid gap-1 px-3 py-2">
              <span className="flex flex-wrap items-baseline gap-x-3">
                <span className="font-semibold">{names.get(row.store)?.name ?? t('shell.all_stores')}</span>
                <span>{translateCode(`reasons.category.${row.category}`) ?? row.category}</span>
                <span className="text-muted text-small">
                  <Time at={row.at} relative />
                </span>
              </span>
              {row.reasons.map((reason) => (
                <span key={reason.code} className="text-muted">
                  {reasonSentence(t, reason)}
                </span>
              ))}
              {row.message && (
                <span className="rounded bg-surface p-2 [overflow-wrap:anywhere]">{row.message.text}</span>
              )}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
