import { Link } from '@tanstack/react-router';
import { Button } from '~/ui/Button';
import { Empty } from '~/ui/Empty';
import { useT } from './words';

export function NotFound() {
  const t = useT();
  return (
    <Empty
      heading="h1"
      title={t('shell.not_found_title')}
      action={
        <Button asChild>
          <Link to="/">{t('shell.to_overview')}</Link>
        </Button>
      }
    >
      {t('shell.not_found_text')}
    </Empty>
  );
}
