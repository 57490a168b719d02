import { formatExact, formatSpan } from '~/app/format';
import { useNow } from '~/app/use-now';
import { useT } from '~/app/words';
import { SeverityTag } from '~/ui/Severity';

const soonMs = 24 * 3_600_000;

/** How long there is to answer. Only for a return that waits for the seller. */
export function TimeLeft({ answerBy, zone }: { answerBy: string | undefined; zone: string | undefined }) {
  const t = useT();
  const now = useNow();
  // No deadline is no calm: the platform may have one that it does not tell.
  if (!answerBy) return <SeverityTag cut severity="unknown" text={t('returns.no_deadline')} />;
  const left = new Date(answerBy).getTime() - now;
  const exact = formatExact(answerBy, zone);
  return (
    <time dateTime={answerBy} title={exact}>
      {left <= 0 ? (
        <SeverityTag severity="critical" text={t('returns.over_since', { span: formatSpan(-left) })} />
      ) : left < soonMs ? (
        <SeverityTag severity="high" text={t('returns.left', { span: formatSpan(left) })} />
      ) : (
        t('returns.left', { span: formatSpan(left) })
      )}
    </time>
  );
}
