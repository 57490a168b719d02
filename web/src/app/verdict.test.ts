import { describe, expect, it } from 'vitest';
import { toVerdict } from './verdict';

const base = { severity: 'high', verdict: 'scam', category: 'phishing', score: 0.9, against: [], rules: [] } as const;

describe('toVerdict', () => {
  it('cuts the proof out of the right part by byte offsets', () => {
    const verdict = toVerdict({
      ...base,
      against: [],
      rules: [],
      parts: [
        { name: 'subject', text: 'ร้าน closed' },
        { name: 'text', text: 'send the code' },
      ],
      reasons: [
        { code: 'threat.account', points: 2, args: {}, at: { part: 'subject', from: 13, to: 19 } },
        { code: 'ask.otp', points: 3, args: {}, at: { part: 'text', from: 5, to: 13 } },
        { code: 'off.invite', points: 1, args: {}, at: { part: 'gone', from: 0, to: 3 } },
      ],
    });
    expect(verdict.reasons.map((reason) => reason.proof)).toEqual(['closed', 'the code', null]);
  });
  it('keeps what could not be looked at apart from what speaks for a scam', () => {
    const verdict = toVerdict({
      ...base,
      against: [],
      rules: [],
      parts: [],
      reasons: [{ code: 'unread.part', points: 0, args: { why: 'encrypted' } }],
    });
    expect([verdict.reasons.length, verdict.missing[0]?.code]).toEqual([0, 'unread.part']);
  });
});
