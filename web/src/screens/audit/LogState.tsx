import { api, call, type Schemas } from '~/api/client';
import { formatNumber } from '~/app/format';
import { ProblemNotice } from '~/app/problem-text';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Notice } from '~/ui/Notice';
import { Time } from '~/ui/Time';
import { useSave } from '~/ui/use-save';

/** One line: whether the log is whole, as the last self-check found, with a button to look again. */
export function LogState({ check, onChecked }: { check: Schemas['LogCheck']; onChecked: () => void }) {
  const t = useT();
  const { busy, error, save } = useSave();
  const again = () =>
    save(async () => {
      await call(() => api.POST('/audit/check', {}));
      onChecked();
    });
  const button = (
    <Button sends busy={busy} onClick={again}>
      {t('audit.check_now')}
    </Button>
  );
  // The first check runs before there is an entry; it says nothing about those that came since.
  const checked = check.state === 'ok' && check.entries > 0;
  return (
    <div className="grid gap-2">
      {checked && (
        <Notice severity="ok" title={t('audit.unchanged')} action={button}>
          {t('audit.entries_checked', { count: check.entries })} · <Time at={check.checked_at} />
          {check.outside_copy === false && <> · {t('audit.no_outside_copy')}</>}
        </Notice>
      )}
      {check.state === 'broken' && (
        <Notice
          alert
          severity="critical"
          title={
            check.first_bad === undefined
              ? t('audit.broken')
              : t('audit.broken_at', { position: formatNumber(check.first_bad) })
          }
          action={button}
        >
          {t('audit.broken_text')}
        </Notice>
      )}
      {!checked && check.state !== 'broken' && (
        <Notice severity="unknown" title={t('audit.never_checked')} action={button}>
          {t('audit.never_checked_text')}
        </Notice>
      )}
      {error != null && <ProblemNotice error={error} title={t('audit.check_failed')} />}
    </div>
  );
}
