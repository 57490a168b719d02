import { type Translate, translateCode } from '~/app/words';

/** Why a store is not connected or could not be read, from its stable key. */
export const reasonText = (t: Translate, key: string) =>
  translateCode(`problems.${key}`) ?? t('stores.reason_unknown', { key });
