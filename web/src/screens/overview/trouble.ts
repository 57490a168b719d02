import { type Translate, translateCode } from '~/app/words';

/** The sentence of a trouble key ("store.reconnect"). A key without words is still said to be something. */
export const troubleText = (t: Translate, key: string) =>
  translateCode(`overview.trouble.${key}`) ?? t('overview.trouble_unknown', { key });
