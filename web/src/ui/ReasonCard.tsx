import { type ReactNode, useId, useState } from 'react';
import type { WordKey } from '~/app/word-keys';
import { type Translate, translateCode, useT } from '~/app/words';
import { Button } from './Button';
import { cn } from './cn';
import { codePoint, type MarkedCharacter, markLookalike } from './marks';
import { type Severity, SeverityShape, SeverityTag, severityColours } from './Severity';

export type Reason = {
  code: string;
  args: Record<string, string | number>;
  points?: number;
  /** The words of the message that this reason points at. */
  proof?: string | null;
};

export type Level = 'none' | 'low' | 'medium' | 'high' | 'critical';

export type Verdict = {
  level: Level;
  verdict: 'clean' | 'suspicious' | 'scam' | 'unreadable';
  category: string;
  score: number;
  /** Strongest first. */
  reasons: Reason[];
  against: Reason[];
  /** What could not be looked at, as reasons with their own codes. */
  missing: Reason[];
  /** Rules that took part, for the details. */
  rules: { id: string; version: string }[];
};

const reasonsShown = 5;

// Reasons whose `host` imitates `official` letter by letter, so that the odd letters are worth showing.
const imitations = new Set(['phish.homoglyph_domain', 'phish.lookalike_domain', 'phish.sender_lookalike']);

export const levelSeverity = (level: Level): Severity => (level === 'none' ? 'ok' : level);

/** The sentence of a reason in the reader's language; a code without words shows itself rather than nothing. */
export const reasonSentence = (t: Translate, reason: Reason) =>
  translateCode(`reasons.${reason.code}`, wordsOfArguments(t, reason)) ??
  // An alert about a store has its kind as its only reason.
  translateCode(`overview.trouble.${reason.code}`) ??
  t('reasons.no_words', { code: reason.code });

// Why something could not be read comes as a code: "encrypted", "limit", or what happened to the worker that read it.
function wordsOfArguments(t: Translate, { code, args }: Reason) {
  if (!code.startsWith('unread.')) return args;
  const { why } = args;
  if (why === 'encrypted') return { ...args, why: t('reasons.why_encrypted') };
  const large = why === 'limit' || why === 'read.too_large';
  return { ...args, why: t(large ? 'reasons.why_limit' : 'reasons.why_damaged') };
}

const steps: Record<string, number> = {
  phishing: 4,
  account_theft: 4,
  fake_service: 3,
  review_fraud: 3,
  extortion: 4,
  refund_fraud: 3,
  clone_claim: 3,
  off_platform: 3,
  overpayment: 3,
  malware: 4,
  advance_fee: 3,
  other_scam: 3,
};

const stepKeys = (category: string): WordKey[] => {
  const known = category in steps ? category : 'other_scam';
  return Array.from({ length: steps[known] ?? 0 }, (_, place) => `reasons.step.${known}.${place + 1}` as WordKey);
};

/** The same card wherever something is judged: what, why, what speaks against it, what to do. */
export function ReasonCard({
  verdict,
  onFalseAlarm,
  action,
  heading = 'h2',
}: {
  verdict: Verdict;
  onFalseAlarm?: () => void;
  action?: ReactNode;
  heading?: 'h2' | 'h3';
}) {
  const t = useT();
  const Heading = heading;
  const severity = verdict.verdict === 'unreadable' ? 'unknown' : levelSeverity(verdict.level);
  const alarming = verdict.verdict === 'scam' || verdict.verdict === 'suspicious';
  const what = translateCode(`reasons.category.${verdict.category}`);
  const sure = verdict.score >= 0.9 ? 'high' : verdict.score >= 0.6 ? 'medium' : 'low';
  return (
    <article className="rounded border">
      <header className={cn('grid gap-1 rounded-t p-3', severityColours(severity))}>
        <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
          <SeverityTag severity={severity} />
          <Heading className="min-w-0 grow basis-48 font-semibold text-section">
            {t(`reasons.verdict.${verdict.verdict}`)}
          </Heading>
          {action && <div className="text-fg">{action}</div>}
        </div>
        {alarming && what && <p>{what}</p>}
      </header>
      <div className="grid gap-4 p-3">
        {verdict.reasons.length > 0 && (
          <Block title={t('reasons.why')}>
            <ol className="grid gap-2">
              {verdict.reasons.slice(0, reasonsShown).map((reason, place) => (
                <ReasonLine key={`${reason.code}-${place}`} number={place + 1} reason={reason} />
              ))}
            </ol>
          </Block>
        )}
        {verdict.against.length > 0 && (
          <Block title={t('reasons.against')}>
            <ul className="grid gap-1">
              {verdict.against.map((reason, place) => (
                <li key={`${reason.code}-${place}`} className="flex gap-2">
                  <SeverityShape severity="ok" className="mt-0.5 text-ok" />
                  <span className="min-w-0">{reasonSentence(t, reason)}</span>
                </li>
              ))}
            </ul>
          </Block>
        )}
        {verdict.missing.length > 0 && (
          <Block title={t('reasons.missing')}>
            <ul className="grid gap-1">
              {verdict.missing.map((reason, place) => (
                <li key={`${reason.code}-${place}`} className="flex gap-2 text-muted">
                  <SeverityShape severity="unknown" className="mt-0.5" />
                  <span className="min-w-0">{reasonSentence(t, reason)}</span>
                </li>
              ))}
            </ul>
          </Block>
        )}
        {alarming && <Steps keys={stepKeys(verdict.category)} />}
        {verdict.verdict === 'clean' && <p className="text-muted">{t('reasons.clean_hint')}</p>}
        {alarming && (
          <footer className="flex flex-wrap items-center justify-between gap-2 border-t pt-3">
            {onFalseAlarm && (
              <span className="flex flex-wrap items-center gap-2">
                {t('reasons.not_a_scam')} <Button onClick={onFalseAlarm}>{t('reasons.tell_us')}</Button>
              </span>
            )}
            <span className="ml-auto text-muted">{t(`reasons.sure_${sure}`)}</span>
          </footer>
        )}
        <details>
          <summary className="min-h-6 w-fit text-muted">{t('reasons.details')}</summary>
          <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 font-mono text-small">
            <dt>{t('reasons.score')}</dt>
            <dd>{verdict.score.toFixed(2)}</dd>
            {[...verdict.reasons, ...verdict.against].map((reason, place) => (
              <div key={`${reason.code}-${place}`} className="contents">
                <dt>{reason.code}</dt>
                <dd>{reason.points ?? ''}</dd>
              </div>
            ))}
            {verdict.rules.map((rule) => (
              <div key={rule.id} className="contents">
                <dt>{rule.id}</dt>
                <dd>{rule.version}</dd>
              </div>
            ))}
          </dl>
        </details>
      </div>
    </article>
  );
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <p className="mb-1 font-semibold">{title}</p>
      {children}
    </div>
  );
}

function ReasonLine({ number, reason }: { number: number; reason: Reason }) {
  const t = useT();
  const [shown, setShown] = useState(false);
  const id = useId();
  const { host, official } = reason.args;
  const imitates = imitations.has(reason.code) && typeof host === 'string' && typeof official === 'string';
  const lookalike = imitates ? markLookalike(host, official) : null;
  const provable = !!reason.proof || lookalike !== null;
  return (
    <li className="flex gap-2">
      <span className="w-4 shrink-0 text-right text-muted">{number}</span>
      <div className="min-w-0 grow">
        <p>{reasonSentence(t, reason)}</p>
        {provable && (
          <button
            type="button"
            className="link min-h-6"
            aria-expanded={shown}
            aria-controls={id}
            onClick={() => setShown(!shown)}
          >
            {shown ? t('reasons.hide_proof') : t('reasons.show_proof')}
          </button>
        )}
        {provable && shown && (
          <div id={id} className="mt-1 grid gap-1 rounded bg-surface p-2">
            {lookalike && <Lookalike characters={lookalike} />}
            {reason.proof && <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">“{reason.proof}”</p>}
          </div>
        )}
      </div>
    </li>
  );
}

/** A name that imitates another, with the characters that differ marked and named. Never a link. */
export function Lookalike({ characters }: { characters: MarkedCharacter[] }) {
  const t = useT();
  const odd = [...new Set(characters.filter((marked) => marked.odd).map((marked) => marked.character))];
  return (
    <div>
      <p className="font-mono [overflow-wrap:anywhere]">
        {characters.map((marked, place) =>
          marked.odd ? (
            <mark key={place} className="rounded bg-high-tint px-0.5 font-semibold text-high underline">
              {marked.character}
            </mark>
          ) : (
            marked.character
          ),
        )}
      </p>
      {odd.length > 0 && (
        <p className="text-muted text-small">
          {t('reasons.odd_characters', { list: odd.map((one) => `${one} (${codePoint(one)})`).join(', ') })}
        </p>
      )}
    </div>
  );
}

function Steps({ keys }: { keys: WordKey[] }) {
  const t = useT();
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) => {
    const next = new Set(done);
    if (!next.delete(key)) next.add(key);
    setDone(next);
  };
  return (
    <Block title={t('reasons.what_to_do')}>
      <ul className="grid gap-1">
        {keys.map((key) => (
          <li key={key}>
            <label className="flex min-h-6 items-start gap-2 max-desk:min-h-10 max-desk:items-center">
              <input type="checkbox" className="mt-0.5 shrink-0" checked={done.has(key)} onChange={() => toggle(key)} />
              <span className={done.has(key) ? 'text-muted line-through' : undefined}>{t(key)}</span>
            </label>
          </li>
        ))}
      </ul>
    </Block>
  );
}
