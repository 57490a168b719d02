import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useMemo, useState } from 'react';
import { api, call } from '~/api/client';
import { storesQuery } from '~/api/queries';
import { Palette, type PaletteItem } from '~/ui/Palette';
import { Keys } from './HelpDialog';
import { shortcuts } from './keyboard';
import { languages } from './languages';
import { menu } from './menu';
import { setPreference } from './preferences';
import { saveMe, useMay, useSession } from './session';
import { signOut } from './TopBar';
import { setLanguage, useT } from './words';

const found = 8;

/** Fills the command palette: screens, stores, orders that match, actions. */
export function PaletteHost({ open, onClose, onHelp }: { open: boolean; onClose: () => void; onHelp: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const session = useSession();
  const [query, setQuery] = useState('');
  const late = useDeferredValue(query.trim());
  const mayStores = useMay('view_stores');
  const mayOrders = useMay('view_orders');
  const { data: stores } = useQuery({ ...storesQuery, enabled: open && mayStores });
  const { data: orders } = useQuery({
    queryKey: ['palette-orders', late],
    queryFn: ({ signal }) =>
      call(() => api.GET('/orders', { params: { query: { search: late, limit: found } }, signal })),
    enabled: open && mayOrders && late.length >= 3,
  });
  useEffect(() => {
    if (!open) setQuery('');
  }, [open]);

  const items = useMemo<PaletteItem[]>(() => {
    const allowed = session?.actions ?? [];
    const screens = menu.flatMap((group) =>
      group.entries
        .filter((entry) => entry.action === 'own_session' || allowed.includes(entry.action))
        .map((entry) => {
          const shortcut = shortcuts.find((one) => one.command === entry.go);
          return {
            id: entry.to,
            group: t('shell.palette_screen'),
            label: t(entry.words),
            hint: shortcut && <Keys shortcut={shortcut} />,
            run: () => navigate({ to: entry.to }),
          };
        }),
    );
    const action = (id: string, label: string, run: () => void, needs?: string): PaletteItem[] =>
      needs && !allowed.includes(needs) ? [] : [{ id, group: t('shell.palette_action'), label, run }];
    return [
      ...screens,
      ...(stores?.rows ?? []).map((store) => ({
        id: store.id,
        group: t('shell.stores'),
        label: `${store.name} ${store.region}`,
        run: () => navigate({ to: '/stores', search: { open: store.id } as never }),
      })),
      ...action(
        'connect',
        t('shell.do_connect'),
        () => navigate({ to: '/stores', search: { connect: 'new' } as never }),
        'connect_store',
      ),
      ...action('network', t('shell.do_network'), () => navigate({ to: '/stores/network' }), 'view_stores'),
      ...action('import', t('shell.do_import'), () => navigate({ to: '/orders/import' }), 'import_data'),
      ...action('light', `${t('shell.theme')}: ${t('shell.theme_light')}`, () => setPreference('theme', 'light')),
      ...action('dark', `${t('shell.theme')}: ${t('shell.theme_dark')}`, () => setPreference('theme', 'dark')),
      ...languages.flatMap(({ code, name }) =>
        action(code, `${t('shell.language')}: ${name}`, async () => {
          await setLanguage(code);
          saveMe({ language: code }).catch(() => {});
        }),
      ),
      ...action('help', t('shell.keyboard'), onHelp),
      ...action('sign-out', t('shell.sign_out'), signOut),
    ];
  }, [t, session, stores, navigate, onHelp]);

  // What the server found already matches; it is put below so that screens stay where the fingers expect them.
  const orderItems = (late.length >= 3 ? (orders?.rows ?? []) : []).map((order) => ({
    id: order.id,
    group: t('shell.orders'),
    label: `${order.ext_id} · ${order.item}`,
    always: true,
    run: () => navigate({ to: '/orders', search: { tab: 'all', order: order.id } as never }),
  }));

  return <Palette open={open} onClose={onClose} items={[...items, ...orderItems]} query={query} onQuery={setQuery} />;
}
