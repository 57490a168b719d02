import type { Conversation } from '~/api/chats';
import { formatExact, formatSpan } from '~/app/format';
import { useNow } from '~/app/use-now';
import { useT } from '~/app/words';
import { SeverityTag } from '~/ui/Severity';
import { Tip } from '~/ui/Tip';

const soonMs = 2 * 3_600_000;

/** How much time is left until the marketplace counts the buyer's message as not answered. */
export function AnswerBy({ chat, zone }: { chat: Conversation; zone: string | undefined }) {
  const t = useT();
  const now = useNow();
  if (!chat.waiting_since) return null;
  if (!chat.answer_by) return <span className="text-muted text-small">{t('chats.waits')}</span>;
  const left = new Date(chat.answer_by).getTime() - now;
  const text = left < 0 ? t('chats.late', { age: formatSpan(-left) }) : t('chats.left', { age: formatSpan(left) });
  return (
    <Tip text={t('chats.answer_by', { time: formatExact(chat.answer_by, zone) })}>
      <span>
        {left < soonMs ? (
          <SeverityTag severity={left < 0 ? 'high' : 'medium'} text={text} />
        ) : (
          <span className="text-muted text-small">{text}</span>
        )}
      </span>
    </Tip>
  );
}
