import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call } from '~/api/client';
import { Button } from '~/ui/Button';
import { Confirm } from '~/ui/Dialog';
import { ProblemNotice } from './problem-text';
import { useMay, useSession } from './session';
import { useT } from './words';

/** Says on every screen that the stores are invented, with the way out. */
export function DemoBanner() {
  const t = useT();
  const client = useQueryClient();
  const navigate = useNavigate();
  const demo = useSession()?.demo ?? false;
  const may = useMay('leave_demo');
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (!demo) return null;
  const leave = async () => {
    setBusy(true);
    setError(null);
    try {
      await call(() => api.POST('/demo/leave', {}));
      setAsking(false);
      await navigate({ to: '/' });
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      await client.invalidateQueries();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section
      aria-label={t('shell.demo_title')}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 border-b bg-info-tint px-4 py-1.5 text-info"
    >
      <p className="font-semibold">{t('shell.demo_title')}</p>
      {may && <Button onClick={() => setAsking(true)}>{t('shell.demo_leave')}</Button>}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('shell.demo_confirm_title')}
        description={t('shell.demo_confirm')}
        action={t('shell.demo_leave')}
        onConfirm={leave}
        busy={busy}
      >
        {error != null && <ProblemNotice error={error} />}
      </Confirm>
    </section>
  );
}
