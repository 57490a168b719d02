// From what the server says about a message to what the reason card shows.

import type { Schemas } from '~/api/client';
import { cutAtSpans } from '~/ui/marks';
import type { Reason, Verdict } from '~/ui/ReasonCard';

type ServerReason = Schemas['Reason'];
export type Part = { name: string; text: string };

/** The words that a reason points at, cut out of its part by byte offsets. */
function proofOf(reason: ServerReason, parts: Part[]): string | null {
  const { at } = reason;
  const part = at && parts.find((one) => one.name === at.part);
  if (!at || !part) return null;
  return cutAtSpans(part.text, [at]).find((piece) => piece.marks.length > 0)?.text ?? null;
}

const toReason = (reason: ServerReason, parts: Part[]): Reason => ({
  code: reason.code,
  args: reason.args,
  points: reason.points,
  proof: proofOf(reason, parts),
});

/** Reasons that only say what could not be looked at. */
const unread = (reason: ServerReason) => reason.code.startsWith('unread.');

export function toVerdict(from: {
  severity: Schemas['Severity'];
  verdict: Verdict['verdict'];
  category: string;
  score: number;
  reasons: ServerReason[];
  against: ServerReason[];
  parts: Part[];
  rules: Verdict['rules'];
}): Verdict {
  return {
    level: from.severity,
    verdict: from.verdict,
    category: from.category,
    score: from.score,
    reasons: from.reasons.filter((reason) => !unread(reason)).map((reason) => toReason(reason, from.parts)),
    against: from.against.map((reason) => toReason(reason, from.parts)),
    missing: from.reasons.filter(unread).map((reason) => toReason(reason, from.parts)),
    rules: from.rules,
  };
}
