import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { isNotOffered, Problem } from '~/api/problem';
import { appQuery, type Platform } from '~/api/queries';
import { ProblemNotice, problemText } from '~/app/problem-text';
import { platforms } from '~/app/search';
import { useMay } from '~/app/session';
import { platformName } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { CopyButton } from '~/ui/CopyButton';
import { Section } from '~/ui/Drawer';
import { SecretField, TextField } from '~/ui/Field';
import { SeverityTag } from '~/ui/Severity';
import { Skeleton } from '~/ui/Skeleton';
import { toast } from '~/ui/Toast';
import { useSave } from '~/ui/use-save';

type App = Schemas['App'];

/** The applications registered with the platforms, through which stores are connected. */
export function Apps() {
  const t = useT();
  return (
    <>
      <p className="text-muted">{t('settings.apps_text')}</p>
      {platforms.map((platform) => (
        <OneApp key={platform} platform={platform} />
      ))}
    </>
  );
}

function OneApp({ platform }: { platform: Platform }) {
  const t = useT();
  const { data, error, refetch } = useQuery(appQuery(platform));
  const absent = isNotOffered(error);
  return (
    <Section
      title={platformName[platform]}
      action={
        data && (
          <SeverityTag
            severity={data.configured ? 'ok' : 'unknown'}
            text={data.configured ? t('settings.app_configured') : t('settings.app_missing')}
          />
        )
      }
    >
      {absent && <p className="text-muted">{t('settings.app_absent')}</p>}
      {error && !absent && (
        <ProblemNotice error={error} title={t('settings.app_unreadable')} onRetry={() => refetch()} />
      )}
      {!data && !error && <Skeleton rows={5} />}
      {data && <Form key={JSON.stringify(data)} app={data} />}
    </Section>
  );
}

function Form({ app }: { app: App }) {
  const t = useT();
  const client = useQueryClient();
  const may = useMay('edit_apps');
  const { busy, error, save } = useSave();
  const [key, setKey] = useState(app.key);
  const [secret, setSecret] = useState('');
  const [service, setService] = useState(app.service_id);
  const [bases, setBases] = useState({
    consent_base: app.consent_base,
    api_base: app.api_base,
    auth_base: app.auth_base,
  });
  const [checked, setChecked] = useState(false);
  const isShopee = app.platform === 'shopee';
  const fieldError = (field: string) => (error instanceof Problem && error.field === field ? problemText(error) : null);
  const shown = ['key', 'secret', 'service_id', 'consent_base', 'api_base', 'auth_base'];
  const byField = error instanceof Problem && error.field !== null && shown.includes(error.field);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (key.trim() === '' || (!app.secret_set && secret === '')) return;
    const body = { key: key.trim(), service_id: service.trim(), ...bases, ...(secret && { secret }) };
    const saved = await save(async () => {
      const now = await call(() => api.PUT('/apps/{platform}', { params: { path: { platform: app.platform } }, body }));
      client.setQueryData(appQuery(app.platform).queryKey, now);
    });
    if (saved) {
      setSecret('');
      toast(t('ui.saved'));
    }
  };
  return (
    <form noValidate className="grid gap-4" onSubmit={submit}>
      <div className="grid gap-2">
        <p>{t(`settings.app_addresses_${app.platform}`)}</p>
        {[
          [t('settings.callback_url'), app.callback_url],
          [t('settings.webhook_url'), app.webhook_url],
        ].map(([label, url]) => (
          <div key={label} className="flex flex-wrap items-center gap-2 rounded border bg-surface px-3 py-2">
            <span className="min-w-0 grow basis-64">
              <span className="block text-muted text-small">{label}</span>
              <span className="font-mono [overflow-wrap:anywhere]">{url}</span>
            </span>
            <CopyButton text={url ?? ''} />
          </div>
        ))}
      </div>
      <div className="grid gap-4 tab:grid-cols-2">
        <TextField
          label={t(isShopee ? 'settings.app_partner_id' : 'settings.app_key')}
          help={app.platform === 'tiktok_shop' ? t('settings.app_key_help') : undefined}
          error={fieldError('key') ?? (checked && key.trim() === '' ? t('settings.app_key_missing') : null)}
          value={key}
          readOnly={!may}
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          inputClass="font-mono"
          onChange={(event) => setKey(event.target.value)}
        />
        <SecretField
          label={t(isShopee ? 'settings.app_partner_key' : 'settings.app_secret')}
          help={app.secret_set ? t('settings.app_secret_set') : undefined}
          error={
            fieldError('secret') ??
            (checked && !app.secret_set && secret === '' ? t('settings.app_secret_missing') : null)
          }
          value={secret}
          readOnly={!may}
          maxLength={500}
          autoComplete="new-password"
          onChange={(event) => setSecret(event.target.value)}
        />
        {app.platform === 'tiktok_shop' && (
          <TextField
            label={t('settings.app_service')}
            help={t('settings.app_service_help')}
            error={fieldError('service_id')}
            value={service}
            readOnly={!may}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            inputClass="font-mono"
            onChange={(event) => setService(event.target.value)}
          />
        )}
      </div>
      <details open={byField && (error as Problem).field?.endsWith('_base')}>
        <summary className="min-h-6 w-fit">{t('settings.app_bases')}</summary>
        <p className="mt-1 text-muted">{t('settings.app_bases_text')}</p>
        <div className="mt-3 grid gap-4">
          {(['consent_base', 'api_base', 'auth_base'] as const).map((name) => (
            <TextField
              key={name}
              label={t(`settings.app_${name}`)}
              error={fieldError(name)}
              value={bases[name]}
              readOnly={!may}
              maxLength={300}
              autoComplete="off"
              spellCheck={false}
              inputClass="font-mono"
              onChange={(event) => setBases({ ...bases, [name]: event.target.value })}
            />
          ))}
        </div>
      </details>
      {error != null && !byField && <ProblemNotice error={error} />}
      <Button
        kind="primary"
        type="submit"
        className="justify-self-start"
        sends
        busy={busy}
        offBecause={!may ? t('settings.may_not') : null}
      >
        {t('ui.save')}
      </Button>
    </form>
  );
}
