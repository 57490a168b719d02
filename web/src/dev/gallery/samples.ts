import type { Verdict } from '~/ui/ReasonCard';

export const message =
  'TikTok Shop: your store is suspended. Log in at tiktok-seIler-verify.example within 24 hours and send us the 6-digit code.';

export const spans = [
  { from: 48, to: 76 },
  { from: 77, to: 92 },
];

export const scam: Verdict = {
  level: 'high',
  verdict: 'scam',
  category: 'phishing',
  score: 0.97,
  reasons: [
    {
      code: 'phish.lookalike_domain',
      args: { brand: 'TikTok Shop', host: 'tiktok-seIler.example', official: 'tiktok-seller.example' },
      points: 4.5,
      proof: 'tiktok-seIler-verify.example',
    },
    { code: 'ask.otp', args: { words: '6-digit code' }, points: 3, proof: 'send us the 6-digit code' },
    { code: 'threat.account', args: { words: 'within 24 hours' }, points: 1 },
  ],
  against: [{ code: 'known.order', args: {}, points: -1 }],
  missing: [{ code: 'unread.part', args: { why: 'image' } }],
  rules: [{ id: 'message.phishing', version: '2026-11-20' }],
};

export const clean: Verdict = {
  level: 'none',
  verdict: 'clean',
  category: 'none',
  score: 0.02,
  reasons: [],
  against: [{ code: 'known.sender_proven', args: { domain: 'tiktok.com', brand: 'TikTok Shop' }, points: -3 }],
  missing: [],
  rules: [],
};

export const unreadable: Verdict = { ...clean, verdict: 'unreadable', against: [] };
