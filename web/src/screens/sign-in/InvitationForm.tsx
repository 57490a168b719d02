import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call } from '~/api/client';
import { enterSession } from '~/app/session';
import { useT } from '~/app/words';
import { TextField } from '~/ui/Field';
import { StepForm, useSend } from './form';
import { NewPassword } from './NewPassword';

/** A one-time link of a new person, or of one whose password is being reset. */
export function InvitationForm({ token: fromLink }: { token: string }) {
  const t = useT();
  const navigate = useNavigate();
  const sending = useSend();
  const [token, setToken] = useState(fromLink);
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(false);
  const submit = () => {
    setChecked(true);
    if (token.trim() === '' || password === '') return;
    sending.send(async () => {
      const session = await call(() => api.POST('/invitation', { body: { token: token.trim(), password } }));
      await navigate({ to: '/' });
      await enterSession(session);
    });
  };
  return (
    <StepForm
      title={t('sign_in.invitation_title')}
      text={t('sign_in.invitation_text')}
      submit={t('sign_in.invitation_go')}
      sending={sending}
      fields={['password']}
      onSubmit={submit}
    >
      {fromLink === '' && (
        <TextField
          label={t('sign_in.invitation_token')}
          error={checked && token.trim() === '' ? t('sign_in.invitation_missing') : null}
          value={token}
          onChange={(event) => setToken(event.target.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          inputClass="font-mono"
        />
      )}
      <NewPassword
        label={t('sign_in.new_password')}
        value={password}
        onChange={setPassword}
        context={[]}
        besideFactor={12}
        error={sending.errorOf('password') ?? (checked && password === '' ? t('sign_in.password_missing') : null)}
      />
    </StepForm>
  );
}
