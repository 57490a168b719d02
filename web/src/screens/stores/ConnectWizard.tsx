import { useQueries } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, call } from '~/api/client';
import { isNotOffered } from '~/api/problem';
import { appQuery, type Platform, type Store } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { platforms } from '~/app/search';
import { useMay } from '~/app/session';
import { platformName } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Dialog } from '~/ui/Dialog';
import { Notice } from '~/ui/Notice';
import { SeverityShape } from '~/ui/Severity';

const asks = ['orders', 'shop', 'webhooks'] as const;

/** 1 platform, 2 what we ask and why, 3 the platform's own page. The fourth step, the first reading, shows in the drawer. */
export function ConnectWizard({ store, onClose }: { store: Store | undefined; onClose: () => void }) {
  const t = useT();
  const mayApps = useMay('edit_apps');
  const [chosen, setPlatform] = useState<Platform | null>(store?.platform ?? null);
  const [step, setStep] = useState<1 | 2>(store ? 2 : 1);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const apps = useQueries({ queries: platforms.map((one) => appQuery(one)) });
  // Where there is nothing to choose, it is chosen.
  const offered = platforms.filter((_, place) => apps[place]?.data);
  const asked = apps.every((state) => state.data || state.error);
  const platform = chosen ?? (asked && offered.length === 1 ? (offered[0] ?? null) : null);
  const app = platform ? apps[platforms.indexOf(platform)] : undefined;

  const go = async () => {
    if (!platform) return;
    setBusy(true);
    setError(null);
    try {
      const { url } = await call(() =>
        api.POST('/stores/connect', { body: { platform, ...(store && { store: store.id }) } }),
      );
      location.assign(url);
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={store ? t('stores.reconnect_store', { name: store.name }) : t('stores.connect')}
      description={t('stores.never_password')}
      footer={
        <>
          {step === 2 && !store && <Button onClick={() => setStep(1)}>{t('ui.back')}</Button>}
          {step === 1 ? (
            <Button
              kind="primary"
              offBecause={
                platform === null
                  ? t('stores.choose_platform')
                  : app?.data?.configured === false
                    ? t('stores.app_first')
                    : null
              }
              onClick={() => setStep(2)}
            >
              {t('ui.next')}
            </Button>
          ) : (
            <Button kind="primary" sends busy={busy} onClick={go}>
              {t('stores.go_to_platform', { platform: platform ? platformName[platform] : '' })}
            </Button>
          )}
        </>
      }
    >
      {step === 1 ? (
        <fieldset className="grid gap-2">
          <legend className="mb-2 font-semibold">{t('stores.which_platform')}</legend>
          {platforms.map((one, place) => {
            const state = apps[place];
            const absent = isNotOffered(state?.error);
            return (
              <div key={one} className="rounded border p-3">
                <label className="flex items-start gap-2">
                  <input
                    type="radio"
                    name="platform"
                    className="mt-0.5"
                    disabled={absent}
                    checked={platform === one}
                    onChange={() => setPlatform(one)}
                  />
                  <span>
                    <span className="font-semibold">{platformName[one]}</span>
                    {absent && <span className="block text-muted text-small">{t('stores.platform_absent')}</span>}
                  </span>
                </label>
                {state?.data?.configured === false && (
                  <div className="mt-2">
                    <Notice
                      title={t('stores.app_missing', { platform: platformName[one] })}
                      action={
                        mayApps && (
                          <Button asChild>
                            <Link to="/settings/$tab" params={{ tab: 'apps' }}>
                              {t('stores.app_enter')}
                            </Link>
                          </Button>
                        )
                      }
                    >
                      {mayApps ? t('stores.app_missing_text') : t('stores.app_missing_ask')}
                    </Notice>
                  </div>
                )}
              </div>
            );
          })}
        </fieldset>
      ) : (
        <div className="grid gap-4">
          <div>
            <h3 className="mb-2 font-semibold">{t('stores.what_we_ask')}</h3>
            <ul className="grid gap-2">
              {asks.map((ask) => (
                <li key={ask} className="flex gap-2">
                  <SeverityShape severity="ok" className="mt-0.5 text-ok" />
                  <span className="min-w-0">
                    <span className="font-semibold">{t(`stores.ask_${ask}`)}</span> {t(`stores.ask_${ask}_why`)}
                  </span>
                </li>
              ))}
            </ul>
          </div>
          <ol className="grid list-decimal gap-1 pl-5">
            <li>{t('stores.next_page')}</li>
            <li>{t('stores.next_allow')}</li>
            <li>{t('stores.next_back')}</li>
          </ol>
          {store && <Notice title={t('stores.same_shop')} />}
          {error != null && <ProblemNotice error={error} title={t('stores.connect_failed')} />}
        </div>
      )}
    </Dialog>
  );
}
