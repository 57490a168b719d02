import { Link } from '@tanstack/react-router';
import type { Schemas } from '~/api/client';
import { formatNumber } from '~/app/format';
import { translateCode, useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Empty } from '~/ui/Empty';
import { Notice } from '~/ui/Notice';

export function Finished({ made, onAgain }: { made: Schemas['Import']; onAgain: () => void }) {
  const t = useT();
  if (made.state === 'failed') {
    const why = made.failure
      ? (translateCode(`import.error_${made.failure}`) ?? translateCode(`problems.${made.failure}`))
      : null;
    return (
      <Notice
        alert
        severity="critical"
        title={t('import.failed')}
        action={<Button onClick={onAgain}>{t('import.choose_again')}</Button>}
      >
        {why ?? t('import.failed_text')}
      </Notice>
    );
  }
  return (
    <Empty
      good
      title={t('import.applied', { count: made.new + made.changed })}
      action={
        <>
          <Button kind="primary" asChild>
            <Link to="/orders" search={{ tab: 'all', store: made.store }}>
              {t('import.see_orders')}
            </Link>
          </Button>
          <Button onClick={onAgain}>{t('import.another')}</Button>
        </>
      }
    >
      {t('import.applied_text', {
        made: formatNumber(made.new),
        changed: formatNumber(made.changed),
        same: formatNumber(made.same),
      })}
    </Empty>
  );
}
