import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, call } from '~/api/client';
import { Problem } from '~/api/problem';
import type { Store } from '~/api/queries';
import { formatNumber } from '~/app/format';
import { ProblemNotice, problemText } from '~/app/problem-text';
import { useMay } from '~/app/session';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Facts, Section } from '~/ui/Drawer';
import { SecretField, TextField } from '~/ui/Field';
import { Notice } from '~/ui/Notice';
import { toast } from '~/ui/Toast';
import { reasonText } from './reason';

type Checked = { ok: boolean; took_ms: number; reason?: string };

/** An address we can use: scheme://host:port without a name or password in it. */
export const proxyAddressLooksRight = (address: string) => /^(https?|socks5h):\/\/[^\s/@]+:\d{1,5}$/.test(address);

/** The way out that this store's calls take, and none other. */
export function ProxyForm({ store }: { store: Store }) {
  const t = useT();
  const client = useQueryClient();
  const may = useMay('edit_proxy');
  const [address, setAddress] = useState(store.proxy.address);
  const [user, setUser] = useState(store.proxy.user);
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [checked, setChecked] = useState<Checked | null>(null);
  const path = { path: { store: store.id } };
  if (!may) {
    return (
      <Section title={t('stores.network')}>
        <Facts rows={[[t('stores.proxy'), store.proxy.address || t('stores.direct')]]} />
      </Section>
    );
  }
  const changed = address.trim() !== store.proxy.address || user !== store.proxy.user || password !== '';
  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    setChecked(null);
    try {
      await work();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const proxy = address.trim();
    const bad = proxy !== '' && !proxyAddressLooksRight(proxy);
    setWrong(bad);
    if (bad) return;
    run(async () => {
      const body = { version: store.version, proxy, user: proxy ? user.trim() : '', ...(password && { password }) };
      await call(() => api.PUT('/stores/{store}/proxy', { params: path, body }));
      setPassword('');
      toast(t('ui.saved'));
      await client.invalidateQueries({ queryKey: ['stores'] });
    });
  };
  const check = () =>
    run(async () => setChecked(await call(() => api.POST('/stores/{store}/proxy/check', { params: path }))));
  const fieldError = error instanceof Problem && error.field === 'proxy' ? problemText(error) : null;
  return (
    <Section title={t('stores.network')}>
      <form noValidate className="grid gap-3" onSubmit={submit}>
        <TextField
          label={t('stores.proxy')}
          help={t('stores.proxy_help')}
          error={wrong ? t('stores.proxy_wrong') : fieldError}
          value={address}
          placeholder="socks5h://proxy.example:1080"
          maxLength={300}
          autoComplete="off"
          spellCheck={false}
          inputClass="font-mono"
          onChange={(event) => setAddress(event.target.value)}
        />
        {address.trim() !== '' && (
          <div className="grid gap-3 tab:grid-cols-2">
            <TextField
              label={t('stores.proxy_user')}
              value={user}
              maxLength={200}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setUser(event.target.value)}
            />
            <SecretField
              label={t('stores.proxy_password')}
              help={store.proxy.password_set ? t('stores.proxy_password_set') : undefined}
              value={password}
              maxLength={500}
              autoComplete="new-password"
              onChange={(event) => setPassword(event.target.value)}
            />
          </div>
        )}
        {error != null && !fieldError && <ProblemNotice error={error} />}
        {checked && (
          <Notice
            alert
            severity={checked.ok ? 'ok' : 'high'}
            title={
              checked.ok ? t('stores.proxy_works', { ms: formatNumber(checked.took_ms) }) : t('stores.proxy_fails')
            }
          >
            {!checked.ok && checked.reason && reasonText(t, checked.reason)}
          </Notice>
        )}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" sends busy={busy} offBecause={changed ? null : t('stores.nothing_changed')}>
            {t('ui.save')}
          </Button>
          <Button sends busy={busy} offBecause={changed ? t('stores.proxy_save_first') : null} onClick={check}>
            {t('stores.proxy_check')}
          </Button>
        </div>
      </form>
    </Section>
  );
}
