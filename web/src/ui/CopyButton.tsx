import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useT } from '~/app/words';
import { Button } from './Button';

export function CopyButton({ text, className, label }: { text: string; className?: string; label?: string }) {
  const t = useT();
  const [state, setState] = useState<'ready' | 'done' | 'failed'>('ready');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('done');
    } catch {
      setState('failed');
    }
    setTimeout(() => setState('ready'), 2500);
  };
  const Icon = state === 'done' ? Check : Copy;
  return (
    <Button onClick={copy} className={className}>
      <Icon className="size-4 shrink-0" aria-hidden="true" />
      <span aria-live="polite">
        {state === 'done' ? t('ui.copied') : state === 'failed' ? t('ui.copy_failed') : (label ?? t('ui.copy'))}
      </span>
    </Button>
  );
}
