import { Button } from '~/ui/Button';
import { Empty } from '~/ui/Empty';
import { useT } from './words';

/** What is left when a screen failed in a way that nobody foresaw. */
export function Crash() {
  const t = useT();
  return (
    <Empty
      heading="h1"
      title={t('shell.crash_title')}
      action={<Button onClick={() => location.reload()}>{t('shell.reload')}</Button>}
    >
      {t('shell.crash_text')}
    </Empty>
  );
}
