import { useEffect, useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { ProblemNotice } from '~/app/problem-text';
import { useT } from '~/app/words';
import { CopyButton } from '~/ui/CopyButton';
import { TextField } from '~/ui/Field';
import { Qr } from '~/ui/Qr';
import { Skeleton } from '~/ui/Skeleton';
import { StepForm, useSend } from './form';

type Begun = { secret: string; uri: string; qr: string[] };

/** Sets up the second factor: scan, type one code, keep the recovery codes. */
export function Enrol({
  onConfirmed,
}: {
  onConfirmed: (answer: { recovery_codes: string[]; session: Schemas['Session'] }) => void;
}) {
  const t = useT();
  const sending = useSend();
  const [begun, setBegun] = useState<Begun | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [code, setCode] = useState('');
  const [short, setShort] = useState(false);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks anew
  useEffect(() => {
    let current = true;
    setError(null);
    call(() => api.POST('/second-factor', {}))
      .then((answer) => current && setBegun(answer))
      .catch((problem) => current && setError(problem));
    return () => {
      current = false;
    };
  }, [attempt]);
  const submit = () => {
    const bare = code.replace(/\s/g, '');
    const incomplete = !/^\d{6}$/.test(bare);
    setShort(incomplete);
    if (incomplete) return;
    sending.send(async () =>
      onConfirmed(await call(() => api.POST('/second-factor/confirm', { body: { code: bare } }))),
    );
  };
  if (error != null) return <ProblemNotice error={error} onRetry={() => setAttempt(attempt + 1)} />;
  if (!begun) return <Skeleton rows={6} />;
  return (
    <StepForm
      title={t('sign_in.enrol_title')}
      text={t('sign_in.enrol_text')}
      submit={t('sign_in.enrol_go')}
      sending={sending}
      onSubmit={submit}
    >
      <ol className="grid list-decimal gap-3 pl-5">
        <li>{t('sign_in.enrol_app')}</li>
        <li>
          {t('sign_in.enrol_scan')}
          <div className="mt-2 flex flex-wrap items-start gap-4">
            <Qr rows={begun.qr} label={t('sign_in.enrol_qr')} />
            <details className="min-w-0 grow basis-40">
              <summary className="min-h-6">{t('sign_in.enrol_no_camera')}</summary>
              <p className="mt-2 font-mono [overflow-wrap:anywhere]">{begun.secret.replace(/(.{4})/g, '$1 ').trim()}</p>
              <CopyButton text={begun.secret} className="mt-2" />
            </details>
          </div>
        </li>
        <li>{t('sign_in.enrol_type')}</li>
      </ol>
      <TextField
        label={t('sign_in.code')}
        error={short ? t('sign_in.code_short') : null}
        value={code}
        onChange={(event) => setCode(event.target.value)}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={16}
        inputClass="max-w-40 font-mono text-section"
      />
    </StepForm>
  );
}
