import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { api, call } from '~/api/client';
import { Button } from '~/ui/Button';
import { Dialog } from '~/ui/Dialog';
import { TextField } from '~/ui/Field';
import { problemText } from './problem-text';
import { useT } from './words';

type Waiting = { settle: (done: boolean) => void };

let waiting: Waiting | null = null;
let asked: Promise<boolean> | null = null;
const watchers = new Set<() => void>();
const publish = (next: Waiting | null) => {
  waiting = next;
  for (const wake of watchers) wake();
};

/** Asks for a fresh second factor; true when it was right. Several requests at once share one question. */
export function askStepUp(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => {
    publish({
      settle: (done) => {
        asked = null;
        publish(null);
        resolve(done);
      },
    });
  });
  return asked;
}

export function StepUpDialog() {
  const open = useSyncExternalStore(
    (wake) => {
      watchers.add(wake);
      return () => watchers.delete(wake);
    },
    () => waiting,
  );
  return open && <StepUp settle={open.settle} />;
}

function StepUp({ settle }: Waiting) {
  const t = useT();
  const [code, setCode] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (code.trim().length < 6) {
      setError(t('shell.step_up_short'));
      return;
    }
    setBusy(true);
    try {
      await call(() => api.POST('/step-up', { body: { code: code.replace(/\s/g, '') } }));
      settle(true);
    } catch (problem) {
      setError(problemText(problem));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={() => settle(false)}
      title={t('shell.step_up_title')}
      description={t('shell.step_up_text')}
      footer={
        <>
          <Button onClick={() => settle(false)}>{t('ui.cancel')}</Button>
          <Button kind="primary" type="submit" form="step-up" sends busy={busy}>
            {t('shell.step_up_go')}
          </Button>
        </>
      }
    >
      <form id="step-up" onSubmit={submit}>
        <TextField
          label={t('shell.step_up_code')}
          error={error}
          value={code}
          onChange={(event) => setCode(event.target.value)}
          inputMode="numeric"
          autoComplete="one-time-code"
          autoFocus
          maxLength={16}
          inputClass="max-w-40 font-mono text-section"
        />
      </form>
    </Dialog>
  );
}
