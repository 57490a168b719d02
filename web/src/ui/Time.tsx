import { Clock } from 'lucide-react';
import { formatDateTime, formatExact, formatMoney, formatRelative, formatShort, formatSpan } from '~/app/format';
import { useNow } from '~/app/use-now';
import { useLanguage, useT } from '~/app/words';
import { Tip } from './Tip';

/** A point in time in the store's zone; the viewer's own time is in the tooltip. */
export function Time({
  at,
  zone,
  relative = false,
  short = false,
}: {
  at: string;
  zone?: string;
  relative?: boolean;
  /** Without the year while it is this year: for table columns. */
  short?: boolean;
}) {
  useLanguage();
  const now = useNow();
  const both = () => {
    const own = formatExact(at);
    const there = zone ? formatExact(at, zone) : own;
    return there === own ? own : `${there} · ${own}`;
  };
  // In a table there are hundreds of them: the browser's own tooltip, and its text only where the mouse is.
  if (short) {
    return (
      <time
        dateTime={at}
        onPointerEnter={({ currentTarget }) => {
          currentTarget.title = both();
        }}
      >
        {formatShort(at, now, zone)}
      </time>
    );
  }
  return (
    <Tip text={both()}>
      <time dateTime={at}>{relative ? formatRelative(at, now) : formatDateTime(at, zone)}</time>
    </Tip>
  );
}

/** An amount of money. */
export function Money({ amount }: { amount: { minor: number; currency: string; decimals: number } }) {
  useLanguage();
  return <span className="whitespace-nowrap">{formatMoney(amount.minor, amount.currency, amount.decimals)}</span>;
}

const justNowMs = 10_000;

/** How old data is: a plain word while fresh, an amber clock once older than `staleAfterMs`. Never hides the age. */
export function StaleClock({ at, staleAfterMs }: { at: string | null; staleAfterMs: number }) {
  const t = useT();
  const now = useNow();
  if (!at) {
    return (
      <span className="inline-flex items-center gap-1 text-medium">
        <Clock className="size-3.5 shrink-0" aria-hidden="true" />
        {t('ui.never_read')}
      </span>
    );
  }
  const age = now - new Date(at).getTime();
  const stale = age > staleAfterMs;
  return (
    <Tip text={formatExact(at)}>
      <time dateTime={at} className={stale ? 'inline-flex items-center gap-1 text-medium' : 'text-muted'}>
        {stale && <Clock className="size-3.5 shrink-0" aria-hidden="true" />}
        {stale
          ? t('ui.data_from', { age: formatSpan(age) })
          : age < justNowMs
            ? t('ui.updated_now')
            : t('ui.updated_ago', { age: formatSpan(age) })}
      </time>
    </Tip>
  );
}
