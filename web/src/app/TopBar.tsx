import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleUser, Contrast, Languages, Menu as MenuIcon, Search, Store } from 'lucide-react';
import { api, call } from '~/api/client';
import { storesQuery } from '~/api/queries';
import { Button } from '~/ui/Button';
import { Menu, MenuChoice, MenuItem, MenuLine } from '~/ui/Menu';
import { Select } from '~/ui/Select';
import { languages } from './languages';
import { setPreference, type Theme, usePreferences } from './preferences';
import { leaveSession, saveMe, useMay, useSession } from './session';
import { setLanguage, useLanguage, useT } from './words';

const ignoreFailure = () => {
  // The choice holds on this device; the account takes it with the next change.
};

export function TopBar({ onMenu, onSearch, onHelp }: { onMenu: () => void; onSearch: () => void; onHelp: () => void }) {
  const t = useT();
  return (
    <header className="flex h-12 shrink-0 items-center gap-2 border-b px-3">
      <Button kind="quiet" shape="icon" className="desk:hidden" aria-label={t('shell.open_menu')} onClick={onMenu}>
        <MenuIcon className="size-4" aria-hidden="true" />
      </Button>
      <StoreSwitcher />
      <div className="grow" />
      <Button onClick={onSearch} className="max-desk:hidden" aria-keyshortcuts="Control+K">
        <Search className="size-4" aria-hidden="true" />
        {t('shell.search')}
        <kbd className="font-mono font-normal text-muted text-small">Ctrl K</kbd>
      </Button>
      <Button kind="quiet" shape="icon" className="desk:hidden" aria-label={t('shell.search')} onClick={onSearch}>
        <Search className="size-4" aria-hidden="true" />
      </Button>
      <LanguageMenu
        onChoose={(language) => {
          saveMe({ language }).catch(ignoreFailure);
        }}
      />
      <ThemeMenu />
      <MeMenu onHelp={onHelp} />
    </header>
  );
}

function StoreSwitcher() {
  const t = useT();
  const may = useMay('view_stores');
  const { data } = useQuery({ ...storesQuery, enabled: may });
  const { store } = useSearch({ strict: false });
  const navigate = useNavigate();
  if (!may) return null;
  const options = (data?.rows ?? []).map((row) => ({ value: row.id, label: row.name }));
  return (
    <div className="flex min-w-0 items-center gap-2">
      <Store className="size-4 shrink-0 text-muted max-desk:hidden" aria-hidden="true" />
      <Select
        aria-label={t('shell.store_switcher')}
        className="max-w-56"
        value={store ?? ''}
        options={[{ value: '', label: t('shell.all_stores') }, ...options]}
        onChange={(event) => {
          const chosen = event.target.value || undefined;
          navigate({ to: '.', search: (before: Record<string, unknown>) => ({ ...before, store: chosen }) as never });
        }}
      />
    </div>
  );
}

export function LanguageMenu({ onChoose }: { onChoose?: (language: (typeof languages)[number]['code']) => void }) {
  const t = useT();
  const language = useLanguage();
  return (
    <Menu
      trigger={
        <Button kind="quiet" shape="icon" aria-label={t('shell.language')}>
          <Languages className="size-4" aria-hidden="true" />
        </Button>
      }
    >
      <MenuChoice
        value={language}
        options={languages.map(({ code, name }) => ({ value: code, label: name, lang: code }))}
        onChange={async (code) => {
          await setLanguage(code);
          onChoose?.(code);
        }}
      />
    </Menu>
  );
}

export function ThemeMenu() {
  const t = useT();
  const { theme } = usePreferences();
  const signedIn = useSession()?.state === 'signed_in';
  const choose = (next: Theme) => {
    setPreference('theme', next);
    if (signedIn) saveMe({ theme: next }).catch(ignoreFailure);
  };
  return (
    <Menu
      trigger={
        <Button kind="quiet" shape="icon" aria-label={t('shell.theme')}>
          <Contrast className="size-4" aria-hidden="true" />
        </Button>
      }
    >
      <MenuChoice
        value={theme}
        options={[
          { value: 'system', label: t('shell.theme_system') },
          { value: 'light', label: t('shell.theme_light') },
          { value: 'dark', label: t('shell.theme_dark') },
        ]}
        onChange={choose}
      />
    </Menu>
  );
}

function MeMenu({ onHelp }: { onHelp: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const person = useSession()?.person;
  return (
    <Menu
      trigger={
        <Button
          kind="quiet"
          className="min-w-0 px-2 max-desk:size-10 max-desk:px-0"
          aria-label={t('shell.me', { name: person?.name ?? '' })}
        >
          <CircleUser className="size-4 shrink-0" aria-hidden="true" />
          <span className="max-w-32 truncate max-desk:hidden">{person?.name}</span>
        </Button>
      }
    >
      <MenuItem onSelect={() => navigate({ to: '/settings/$tab', params: { tab: 'me' } })}>
        {t('shell.my_settings')}
      </MenuItem>
      <MenuItem onSelect={onHelp}>{t('shell.keyboard')}</MenuItem>
      <MenuLine />
      <MenuItem onSelect={signOut}>{t('shell.sign_out')}</MenuItem>
    </Menu>
  );
}

export async function signOut() {
  // Also when the server cannot be told, nothing stays on the screen.
  await call(() => api.POST('/sign-out', {})).catch(() => {});
  leaveSession();
}
