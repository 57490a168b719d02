import type { Schemas } from '~/api/client';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { CopyButton } from '~/ui/CopyButton';
import { Dialog } from '~/ui/Dialog';
import { Time } from '~/ui/Time';

/** The one-time link, shown once, to be handed over by a safe way. */
export function InvitationDialog({ invitation, onClose }: { invitation: Schemas['Invitation']; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('settings.link_for', { name: invitation.person.name })}
      description={t('settings.link_text')}
      footer={
        <>
          <CopyButton text={invitation.link} />
          <Button kind="primary" onClick={onClose}>
            {t('ui.done')}
          </Button>
        </>
      }
    >
      <p className="rounded border bg-surface p-3 font-mono [overflow-wrap:anywhere]">{invitation.link}</p>
      <p className="mt-2 text-muted">
        {t('settings.link_until')} <Time at={invitation.expires_at} />
      </p>
    </Dialog>
  );
}
