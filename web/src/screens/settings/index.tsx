import { useNavigate, useParams } from '@tanstack/react-router';
import { useSession } from '~/app/session';
import { useT } from '~/app/words';
import { PageHead } from '~/ui/Page';
import { Tabs } from '~/ui/Tabs';
import { Apps } from './Apps';
import { General } from './General';
import { Keyboard } from './Keyboard';
import { Me } from './Me';
import { People } from './People';

const tabs = [
  { value: 'general', action: 'view_settings', body: General },
  { value: 'apps', action: 'view_settings', body: Apps },
  { value: 'people', action: 'view_people', body: People },
  { value: 'me', action: 'own_session', body: Me },
  { value: 'keyboard', action: 'own_session', body: Keyboard },
] as const;

export default function Settings() {
  const t = useT();
  const { tab } = useParams({ strict: false });
  const navigate = useNavigate();
  const actions = useSession()?.actions ?? [];
  const allowed = tabs.filter((one) => one.action === 'own_session' || actions.includes(one.action));
  // A link to a tab that the role may not see opens the first that it may.
  const open = allowed.find((one) => one.value === tab) ?? allowed[0];
  if (!open) return null;
  const Body = open.body;
  return (
    <>
      <PageHead title={t('settings.title')} />
      <Tabs
        label={t('settings.title')}
        value={open.value}
        tabs={allowed.map((one) => ({ value: one.value, label: t(`settings.tab_${one.value}`) }))}
        onChange={(next) => navigate({ to: '/settings/$tab', params: { tab: next } })}
      >
        <div className="grid max-w-3xl content-start gap-6 p-4 pb-12">
          <Body />
        </div>
      </Tabs>
    </>
  );
}
