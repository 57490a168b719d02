import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '~/api/client';
import { alertQuery } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useMay } from '~/app/session';
import { useStores } from '~/app/stores';
import { toVerdict } from '~/app/verdict';
import { translateCode, useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Drawer, Facts, Section } from '~/ui/Drawer';
import { MarkedText } from '~/ui/MarkedText';
import { ReasonCard, reasonSentence } from '~/ui/ReasonCard';
import { SeverityTag } from '~/ui/Severity';
import { Skeleton } from '~/ui/Skeleton';
import { Tag } from '~/ui/Tag';
import { Time } from '~/ui/Time';
import { toast } from '~/ui/Toast';
import { severityOf } from './AlertList';
import { troubleText } from './trouble';

/** One alert: why it was raised, the message, what to do; closing it can be undone. */
export function AlertDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const stores = useStores();
  const mayHandle = useMay('handle_alerts');
  const { data, error, refetch } = useQuery(alertQuery(id));
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);

  const readAgain = () => {
    client.invalidateQueries({ queryKey: ['alert', id] });
    client.invalidateQueries({ queryKey: ['overview'] });
  };
  const reopen = async (version: number) => {
    await call(() => api.POST('/alerts/{alert}/reopen', { params: { path: { alert: id } }, body: { version } })).catch(
      setFailed,
    );
    readAgain();
  };
  const close = async (reason: 'done' | 'false_alarm') => {
    if (!data) return;
    setBusy(true);
    setFailed(null);
    try {
      const closed = await call(() =>
        api.POST('/alerts/{alert}/close', {
          params: { path: { alert: id } },
          body: { version: data.alert.version, reason },
        }),
      );
      toast(t(reason === 'done' ? 'overview.closed_done' : 'overview.closed_false'), () => reopen(closed.version));
      onClose();
    } catch (problem) {
      setFailed(problem);
    } finally {
      setBusy(false);
      readAgain();
    }
  };

  const alert = data?.alert;
  const store = alert && stores.get(alert.store);
  const off = mayHandle ? null : t('overview.may_not_close');
  const parts = data?.message ? [{ name: 'text', text: data.message.text }] : [];
  const title = data?.message
    ? t('overview.scam_message')
    : ((alert && translateCode(`overview.trouble.${alert.kind}`)) ?? t('overview.alert'));
  return (
    <Drawer
      open
      onClose={onClose}
      title={title}
      subtitle={store?.name}
      footer={
        alert?.state === 'open' && (
          <>
            <Button kind="primary" sends busy={busy} offBecause={off} onClick={() => close('done')}>
              {t('overview.close_done')}
            </Button>
            <Button sends busy={busy} offBecause={off} onClick={() => close('false_alarm')}>
              {t('overview.close_false')}
            </Button>
          </>
        )
      }
    >
      {error && <ProblemNotice error={error} title={t('overview.alert_unreadable')} onRetry={() => refetch()} />}
      {!data && !error && <Skeleton rows={10} />}
      {failed != null && <ProblemNotice error={failed} />}
      {data && alert && (
        <>
          {alert.state === 'closed' && (
            <p className="flex items-center gap-2">
              <Tag>{t('overview.state_closed')}</Tag>
              <Button sends busy={busy} offBecause={off} onClick={() => reopen(alert.version)}>
                {t('overview.reopen')}
              </Button>
            </p>
          )}
          <Section title={t('overview.verdict')}>
            {data.verdict ? (
              <ReasonCard
                heading="h3"
                verdict={toVerdict({
                  severity: alert.severity,
                  verdict: data.verdict,
                  category: alert.category,
                  score: data.score,
                  reasons: data.reasons,
                  against: data.against,
                  parts,
                  rules: [{ id: data.detector, version: data.rules_version }],
                })}
              />
            ) : (
              <div className="grid gap-2">
                <SeverityTag
                  severity={severityOf(alert.severity)}
                  text={translateCode(`overview.trouble.${alert.kind}`) ?? undefined}
                />
                <ul className="grid list-disc gap-1 pl-5">
                  {data.reasons.map((reason) => (
                    <li key={reason.code}>
                      {translateCode(`overview.trouble.${reason.code}`) ?? reasonSentence(t, reason)}
                    </li>
                  ))}
                </ul>
                {data.reasons.length === 0 && <p>{troubleText(t, alert.kind)}</p>}
              </div>
            )}
          </Section>
          {data.message && (
            <Section title={t('overview.message')}>
              <p className="mb-1 text-muted">
                {translateCode(`overview.sender_${data.message.sender}`) ?? t('overview.sender_unknown')} ·{' '}
                <Time at={data.message.sent_at} zone={store?.time_zone} />
              </p>
              <div className="rounded border bg-surface p-3">
                <MarkedText
                  text={data.message.text}
                  spans={data.reasons.map((reason) => (reason.at?.part === 'text' ? reason.at : { from: 0, to: 0 }))}
                />
              </div>
            </Section>
          )}
          <Section title={t('overview.facts')}>
            <Facts
              rows={[
                [t('overview.first_seen'), <Time key="first" at={alert.first_at} zone={store?.time_zone} />],
                [t('overview.last_seen'), <Time key="last" at={alert.last_at} zone={store?.time_zone} />],
                [t('overview.times'), alert.count],
              ]}
            />
          </Section>
        </>
      )}
    </Drawer>
  );
}
