import type { ReactNode } from 'react';
import { Problem } from '~/api/problem';
import { Button } from '~/ui/Button';
import { Notice } from '~/ui/Notice';
import { formatSpan } from './format';
import { translate, translateCode, useT } from './words';

/** What went wrong and what to do, in the reader's words. Raw text of the server is never shown. */
export function problemText(error: unknown): string {
  if (!(error instanceof Problem)) return translate('problems.client.unknown');
  const wait = error.retryAfterS === null ? '' : formatSpan(error.retryAfterS * 1000);
  const known = translateCode(`problems.${error.code}`, { ...error.args, wait });
  if (known) return known;
  // A key without words of its own is told by its kind.
  if (error.status === 403) return translate('problems.forbidden');
  if (error.status === 404) return translate('problems.not_found');
  if (error.status === 409 || error.status === 412) return translate('problems.conflict');
  if (error.status === 429) return translate('problems.rate_limited', { wait });
  if (error.status >= 400 && error.status < 500) return translate('problems.invalid_input');
  if (error.status === 502) return translate('problems.upstream_rejected');
  if (error.status === 503) return translate('problems.unavailable');
  if (error.status === 504) return translate('problems.timeout');
  if (error.status >= 500) return translate('problems.internal');
  return translate('problems.client.unknown');
}

const requestId = (error: unknown) => (error instanceof Problem ? error.requestId : null);

/** An error beside what caused it: effect, fix, button. */
export function ProblemNotice({
  error,
  title,
  onRetry,
  action,
}: {
  error: unknown;
  /** The effect: "The orders could not be read". */
  title?: string;
  onRetry?: () => void;
  action?: ReactNode;
}) {
  const t = useT();
  const text = problemText(error);
  return (
    <Notice
      alert
      severity="critical"
      title={title ?? text}
      requestId={requestId(error)}
      action={action ?? (onRetry && <Button onClick={onRetry}>{t('ui.retry')}</Button>)}
    >
      {title && text}
    </Notice>
  );
}
