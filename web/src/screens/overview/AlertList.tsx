import type { Alert, Overview } from '~/api/queries';
import { formatNumber } from '~/app/format';
import { useStores } from '~/app/stores';
import { translateCode, useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { reasonSentence } from '~/ui/ReasonCard';
import { type Severity, SeverityShape, SeverityTag } from '~/ui/Severity';
import { Time } from '~/ui/Time';
import { troubleText } from './trouble';

const rank: Record<Alert['severity'], number> = { critical: 0, high: 1, medium: 2, low: 3, none: 4 };
export const severityOf = (severity: Alert['severity']): Severity => (severity === 'none' ? 'info' : severity);

/** What needs a person now, the worst first. Says so when there is nothing, but only when all stores could be read. */
export function AlertList({
  alerts,
  total,
  stores,
  asOf,
  onOpen,
}: {
  alerts: Alert[];
  total: number;
  stores: Overview['stores'];
  asOf: string;
  onOpen: (id: string) => void;
}) {
  const t = useT();
  const names = useStores();
  const sorted = [...alerts].sort((a, b) => rank[a.severity] - rank[b.severity] || (a.last_at < b.last_at ? 1 : -1));
  const blind = stores.filter((row) => row.trouble.length > 0).length;
  if (sorted.length === 0) {
    return (
      <p className="flex flex-wrap items-center gap-2 rounded border p-3">
        <SeverityShape severity={blind === 0 ? 'ok' : 'unknown'} className={blind === 0 ? 'text-ok' : 'text-muted'} />
        <span className="font-semibold">{blind === 0 ? t('overview.all_good') : t('overview.no_alerts')}</span>
        <span className="text-muted">
          {blind === 0 ? (
            <>
              {t('overview.last_check')} <Time at={asOf} />
            </>
          ) : (
            t('overview.some_blind', { count: blind })
          )}
        </span>
      </p>
    );
  }
  return (
    <section aria-labelledby="needs-you">
      <h2 id="needs-you" className="mb-2 font-semibold text-section">
        {t('overview.need_you', { count: total })}
      </h2>
      <ul className="divide-y rounded border">
        {sorted.map((alert) => {
          const [strongest] = alert.reasons;
          const kind = troubleText(t, alert.kind);
          const what = translateCode(`reasons.category.${alert.category}`) ?? kind;
          return (
            <li
              key={alert.id}
              className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 px-3 py-2 desk:grid-cols-[112px_152px_minmax(0,1fr)_96px_auto]"
            >
              <span className="max-desk:col-span-2 max-desk:flex max-desk:flex-wrap max-desk:items-center max-desk:gap-2 desk:contents">
                <span>
                  <SeverityTag severity={severityOf(alert.severity)} />
                </span>
                <span className="min-w-0 truncate font-semibold" title={names.get(alert.store)?.name}>
                  {names.get(alert.store)?.name ?? t('shell.all_stores')}
                </span>
              </span>
              <span className="min-w-0 max-desk:col-span-2">
                {alert.category === 'none' ? kind : what}
                {strongest && strongest.code !== alert.kind && (
                  <span className="block text-muted">{reasonSentence(t, strongest)}</span>
                )}
              </span>
              <span className="text-muted text-small desk:text-right">
                {alert.count > 1 && `×${formatNumber(alert.count)} · `}
                <Time at={alert.last_at} relative />
              </span>
              <Button onClick={() => onOpen(alert.id)}>{t('overview.open')}</Button>
            </li>
          );
        })}
      </ul>
      {total > sorted.length && (
        <p className="mt-1 text-muted text-small">{t('overview.more_alerts', { shown: sorted.length, total })}</p>
      )}
    </section>
  );
}
