import { useState } from 'react';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { CopyButton } from '~/ui/CopyButton';
import { Checkbox } from '~/ui/Field';
import { Notice } from '~/ui/Notice';
import { saveFile } from '~/ui/save-file';

/** The ten recovery codes, shown this once. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const t = useT();
  const [kept, setKept] = useState(false);
  const text = `${codes.join('\n')}\n`;
  return (
    <div className="grid gap-4">
      <h1 className="font-semibold text-page">{t('sign_in.recovery_title')}</h1>
      <Notice severity="medium" title={t('sign_in.recovery_once')}>
        {t('sign_in.recovery_why')}
      </Notice>
      <ul className="grid grid-cols-2 gap-2 rounded border bg-surface p-3 font-mono text-section max-tab:grid-cols-1">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-2">
        <CopyButton text={text} />
        <Button onClick={() => saveFile('stallward-recovery-codes.txt', text)}>{t('ui.download')}</Button>
      </div>
      <Checkbox label={t('sign_in.recovery_kept')} checked={kept} onChange={(event) => setKept(event.target.checked)} />
      <Button
        kind="primary"
        className="min-h-9"
        offBecause={kept ? null : t('sign_in.recovery_first')}
        onClick={onDone}
      >
        {t('sign_in.recovery_go')}
      </Button>
    </div>
  );
}
