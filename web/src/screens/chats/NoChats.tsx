import { Link } from '@tanstack/react-router';
import type { ChatTab } from '~/api/chats';
import { useMay } from '~/app/session';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { Empty } from '~/ui/Empty';

/** Why the list is empty: filtered away, nothing of this kind, or nothing ever. */
export function NoChats({
  tab,
  filtered,
  connected,
  onClear,
}: {
  tab: ChatTab;
  filtered: boolean;
  connected: boolean;
  onClear: () => void;
}) {
  const t = useT();
  const mayConnect = useMay('connect_store');
  if (filtered)
    return <Empty title={t('chats.none_match')} action={<Button onClick={onClear}>{t('ui.clear')}</Button>} />;
  if (tab !== 'all') return <Empty title={t(`chats.none_${tab}`)} />;
  return (
    <Empty
      title={connected ? t('chats.none_yet') : t('chats.no_store')}
      action={
        !connected &&
        mayConnect && (
          <Button kind="primary" asChild>
            <Link to="/stores" search={{ connect: 'new' }}>
              {t('orders.connect')}
            </Link>
          </Button>
        )
      }
    >
      {t('chats.none_yet_text')}
    </Empty>
  );
}
