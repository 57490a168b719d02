import { useState } from 'react';
import { api, call } from '~/api/client';
import { enterSession } from '~/app/session';
import { signOut } from '~/app/TopBar';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { TextField } from '~/ui/Field';
import { StepForm, useSend } from './form';

export function CodeForm() {
  const t = useT();
  const sending = useSend();
  const [recovery, setRecovery] = useState(false);
  const [code, setCode] = useState('');
  const [short, setShort] = useState(false);
  const submit = () => {
    const bare = code.replace(/\s/g, '');
    const incomplete = recovery ? bare.length < 8 : !/^\d{6}$/.test(bare);
    setShort(incomplete);
    if (incomplete) return;
    const body = recovery ? { recovery_code: bare } : { code: bare };
    sending.send(async () => enterSession(await call(() => api.POST('/sign-in/code', { body }))));
  };
  return (
    <StepForm
      title={t('sign_in.code_title')}
      text={recovery ? t('sign_in.recovery_text') : t('sign_in.code_text')}
      submit={t('sign_in.go')}
      sending={sending}
      onSubmit={submit}
      below={
        <div className="flex flex-wrap justify-between gap-2">
          <Button
            kind="quiet"
            onClick={() => {
              setRecovery(!recovery);
              setCode('');
              setShort(false);
            }}
          >
            {recovery ? t('sign_in.use_app') : t('sign_in.use_recovery')}
          </Button>
          <Button kind="quiet" onClick={signOut}>
            {t('sign_in.other_person')}
          </Button>
        </div>
      }
    >
      <TextField
        key={recovery ? 'recovery' : 'code'}
        label={recovery ? t('sign_in.recovery_code') : t('sign_in.code')}
        error={short ? t(recovery ? 'sign_in.recovery_short' : 'sign_in.code_short') : null}
        value={code}
        onChange={(event) => setCode(event.target.value)}
        inputMode={recovery ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        maxLength={64}
        inputClass="font-mono text-section"
      />
    </StepForm>
  );
}
