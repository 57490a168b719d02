import { useState } from 'react';
import { api, call } from '~/api/client';
import { enterSession } from '~/app/session';
import { currentLanguage, useT } from '~/app/words';
import { TextField } from '~/ui/Field';
import { Notice } from '~/ui/Notice';
import { StepForm, useSend } from './form';
import { NewPassword } from './NewPassword';

/** First start: the owner's account. */
export function SetUpForm({ token: fromLink }: { token: string }) {
  const t = useT();
  const sending = useSend();
  const [token, setToken] = useState(fromLink);
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [team, setTeam] = useState('');
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(false);
  const need = (value: string, text: string) => (checked && value.trim() === '' ? text : null);
  const submit = () => {
    setChecked(true);
    if ([token, name, login, password].some((value) => value.trim() === '')) return;
    const body = {
      token: token.trim(),
      login: login.trim(),
      name: name.trim(),
      password,
      team_name: team.trim() || undefined,
      language: currentLanguage(),
    };
    sending.send(async () => enterSession(await call(() => api.POST('/setup', { body }))));
  };
  const { errorOf } = sending;
  return (
    <StepForm
      title={t('sign_in.setup_title')}
      text={t('sign_in.setup_text')}
      submit={t('sign_in.setup_go')}
      sending={sending}
      fields={['token', 'name', 'login', 'team_name', 'password']}
      onSubmit={submit}
    >
      {fromLink === '' && (
        <TextField
          label={t('sign_in.token')}
          help={t('sign_in.token_help')}
          error={errorOf('token') ?? need(token, t('sign_in.token_missing'))}
          value={token}
          onChange={(event) => setToken(event.target.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          inputClass="font-mono"
        />
      )}
      {fromLink !== '' && errorOf('token') && <Notice alert severity="critical" title={errorOf('token')} />}
      <TextField
        label={t('sign_in.name')}
        error={errorOf('name') ?? need(name, t('sign_in.name_missing'))}
        value={name}
        onChange={(event) => setName(event.target.value)}
        autoComplete="name"
        maxLength={100}
      />
      <TextField
        label={t('sign_in.login')}
        help={t('sign_in.login_help')}
        error={errorOf('login') ?? need(login, t('sign_in.login_missing'))}
        value={login}
        onChange={(event) => setLogin(event.target.value)}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
      />
      <TextField
        label={t('sign_in.team')}
        help={t('sign_in.team_help')}
        error={errorOf('team_name')}
        value={team}
        onChange={(event) => setTeam(event.target.value)}
        autoComplete="organization"
        maxLength={100}
      />
      <NewPassword
        label={t('sign_in.new_password')}
        value={password}
        onChange={setPassword}
        context={[login, name, team]}
        error={errorOf('password') ?? need(password, t('sign_in.password_missing'))}
      />
    </StepForm>
  );
}
