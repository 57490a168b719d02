import { Empty } from '~/ui/Empty';
import { useT } from './words';

/** A screen that the role may not see, with who can change that. */
export function Forbidden() {
  const t = useT();
  return (
    <Empty heading="h1" title={t('shell.forbidden_title')}>
      {t('shell.forbidden_text')}
    </Empty>
  );
}
