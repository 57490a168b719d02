import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Overview } from '~/api/queries';
import { formatNumber } from '~/app/format';
import { platformName, storeStaleAfterMs } from '~/app/stores';
import { usePhone } from '~/app/use-media';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { SeverityTag } from '~/ui/Severity';
import { Sparkline } from '~/ui/Sparkline';
import { StaleClock } from '~/ui/Time';
import { severityOf } from './AlertList';
import { troubleSeverity, troubleText } from './trouble';

type Row = Overview['stores'][number];

/** A store needs a person when something is wrong or cannot be known. */
export const inTrouble = (row: Row) => row.trouble.length > 0 || row.alerts_open > 0;

/** Stores in trouble first; the healthy ones collapse to a line. */
export function StoreTable({ rows }: { rows: Row[] }) {
  const t = useT();
  const phone = usePhone();
  const bad = rows.filter(inTrouble);
  const fine = rows.filter((row) => !inTrouble(row));
  const [all, setAll] = useState(false);
  const shown = all || bad.length === 0 ? [...bad, ...fine] : bad;
  const hidden = rows.length - shown.length;
  return (
    <section aria-labelledby="all-stores">
      <h2 id="all-stores" className="mb-2 font-semibold text-section">
        {t('overview.stores')}
      </h2>
      {phone ? (
        <ul className="divide-y rounded border">
          {shown.map((row) => (
            <li key={row.store.id} className="grid gap-1 px-3 py-2">
              <StoreName row={row} />
              <div>
                <State row={row} />
              </div>
              <p className="flex flex-wrap gap-x-4 text-muted">
                <span>
                  {t('overview.orders_today')} {formatNumber(row.orders_today)}
                </span>
                <span>
                  {t('overview.unpaid')} {formatNumber(row.unpaid)}
                </span>
                <span>
                  {t('overview.to_ship')} {formatNumber(row.to_ship)}
                </span>
                <span>
                  {t('overview.abnormal')} {formatNumber(row.abnormal)}
                </span>
              </p>
              <StaleClock at={row.store.last_sync_at ?? null} staleAfterMs={storeStaleAfterMs(row.store)} />
            </li>
          ))}
        </ul>
      ) : (
        <div className="overflow-x-auto rounded border" tabIndex={0} role="region" aria-labelledby="all-stores">
          <table className="w-full min-w-[840px] border-collapse">
            <thead className="bg-surface text-left text-small">
              <tr className="border-b">
                <th className="h-8 px-3">{t('overview.store')}</th>
                <th className="px-3">{t('overview.state')}</th>
                <th className="px-3 text-right">{t('overview.orders_today')}</th>
                <th className="px-3 text-right">{t('overview.unpaid')}</th>
                <th className="px-3 text-right">{t('overview.to_ship')}</th>
                <th className="px-3 text-right">{t('overview.abnormal')}</th>
                <th className="px-3">{t('overview.seven_days')}</th>
                <th className="px-3">{t('overview.age')}</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={row.store.id} className="border-b last:border-b-0 hover:bg-surface">
                  <td className="h-(--row) max-w-56 px-3 py-1">
                    <StoreName row={row} />
                  </td>
                  <td className="px-3 py-1">
                    <State row={row} />
                  </td>
                  <Count row={row} value={row.orders_today} tab="all" />
                  <Count row={row} value={row.unpaid} tab="unpaid" />
                  <Count row={row} value={row.to_ship} tab="to_ship" />
                  <Count row={row} value={row.abnormal} tab="abnormal" />
                  <td className="px-3 py-1">
                    {row.orders_by_day && (
                      <Sparkline
                        values={row.orders_by_day}
                        label={t('overview.seven_days_label', { list: row.orders_by_day.join(', ') })}
                      />
                    )}
                  </td>
                  <td className="whitespace-nowrap px-3 py-1">
                    <StaleClock at={row.store.last_sync_at ?? null} staleAfterMs={storeStaleAfterMs(row.store)} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {bad.length > 0 && fine.length > 0 && (
        <Button kind="quiet" className="mt-2" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('overview.hide_fine') : t('overview.show_fine', { count: hidden })}
        </Button>
      )}
    </section>
  );
}

function StoreName({ row }: { row: Row }) {
  return (
    <div className="min-w-0">
      <Link
        to="/stores"
        search={{ open: row.store.id }}
        className="link block truncate font-semibold"
        title={row.store.name}
      >
        {row.store.name}
      </Link>
      <span className="text-muted text-small">
        {platformName[row.store.platform]} {row.store.region}
      </span>
    </div>
  );
}

function State({ row }: { row: Row }) {
  const t = useT();
  const known = row.store.status !== 'unknown' && row.store.connection === 'connected';
  if (row.trouble.length === 0) {
    return <SeverityTag severity={row.alerts_open > 0 ? severityOf(row.worst) : known ? 'ok' : 'unknown'} />;
  }
  return (
    <div className="grid justify-items-start gap-1">
      {row.trouble.map((key) => (
        <SeverityTag key={key} severity={troubleSeverity(key)} text={troubleText(t, key)} />
      ))}
    </div>
  );
}

/** A number that leads to its orders. Of a store that was never read nothing is known, so no number is shown. */
function Count({ row, value, tab }: { row: Row; value: number; tab: 'all' | 'unpaid' | 'to_ship' | 'abnormal' }) {
  const t = useT();
  const read = row.store.last_sync_at !== undefined || row.store.connection === 'none';
  return (
    <td className="px-3 py-1 text-right">
      {!read ? (
        <span title={t('ui.never_read')}>–</span>
      ) : value === 0 ? (
        <span className="text-muted">0</span>
      ) : (
        <Link to="/orders" search={{ tab, store: row.store.id }} className="link">
          {formatNumber(value)}
        </Link>
      )}
    </td>
  );
}
