import { type Translate, translateCode } from '~/app/words';
import type { Severity } from '~/ui/Severity';

/** The sentence of a trouble key ("store.reconnect"). A key without words is still said to be something. */
export const troubleText = (t: Translate, key: string) =>
  translateCode(`overview.trouble.${key}`) ?? t('overview.trouble_unknown', { key });

const weights: Record<string, Severity> = {
  'store.inactive': 'critical',
  'store.restricted': 'critical',
  'store.reconnect': 'high',
  'store.held': 'high',
  'store.authorisation_ending_now': 'high',
  'store.not_readable': 'high',
  'store.data_old': 'medium',
  'store.never_read': 'unknown',
  'store.authorisation_ending': 'medium',
  'store.status_unknown': 'unknown',
};

/** How bad one trouble is by itself; what is only not known is shown as that. */
export const troubleSeverity = (key: string): Severity => weights[key] ?? 'medium';
