import { useState } from 'react';
import { api, call } from '~/api/client';
import { enterSession } from '~/app/session';
import { useT } from '~/app/words';
import { SecretField, TextField } from '~/ui/Field';
import { StepForm, useSend } from './form';

export function PasswordForm() {
  const t = useT();
  const sending = useSend();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = () => {
    const incomplete = login.trim() === '' || password === '';
    setMissing(incomplete);
    if (incomplete) return;
    sending.send(async () =>
      enterSession(await call(() => api.POST('/sign-in', { body: { login: login.trim(), password } }))),
    );
  };
  return (
    <StepForm title={t('sign_in.title')} submit={t('sign_in.go')} sending={sending} onSubmit={submit}>
      <TextField
        label={t('sign_in.login')}
        value={login}
        error={missing && login.trim() === '' ? t('sign_in.login_missing') : null}
        onChange={(event) => setLogin(event.target.value)}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
        autoFocus
      />
      <SecretField
        label={t('sign_in.password')}
        help={t('sign_in.password_help')}
        error={missing && password === '' ? t('sign_in.password_missing') : null}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        autoComplete="current-password"
        maxLength={1024}
      />
    </StepForm>
  );
}
