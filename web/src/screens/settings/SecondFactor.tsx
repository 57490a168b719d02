import { useState } from 'react';
import type { Session } from '~/api/queries';
import { enterSession } from '~/app/session';
import { useT } from '~/app/words';
import { Enrol } from '~/screens/sign-in/Enrol';
import { RecoveryCodes } from '~/screens/sign-in/RecoveryCodes';
import { Button } from '~/ui/Button';
import { Dialog } from '~/ui/Dialog';
import { Section } from '~/ui/Drawer';

type Confirmed = { recovery_codes: string[]; session: Session };

/** A new phone: replaces the authenticator and the recovery codes. */
export function SecondFactor() {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [confirmed, setConfirmed] = useState<Confirmed | null>(null);
  const close = () => {
    // Codes on the screen are valid already: they are left only by saying that they are kept.
    if (!confirmed) setOpen(false);
  };
  const done = async () => {
    if (confirmed) await enterSession(confirmed.session);
    setConfirmed(null);
    setOpen(false);
  };
  return (
    <Section title={t('settings.second_factor')}>
      <p className="mb-2 text-muted">{t('settings.second_factor_text')}</p>
      <Button onClick={() => setOpen(true)}>{t('settings.second_factor_replace')}</Button>
      <Dialog open={open} onClose={close} title={t('settings.second_factor_replace')}>
        {confirmed ? (
          <RecoveryCodes codes={confirmed.recovery_codes} onDone={done} />
        ) : (
          <Enrol onConfirmed={setConfirmed} />
        )}
      </Dialog>
    </Section>
  );
}
