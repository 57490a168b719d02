import { fireEvent, render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { translate } from '~/app/words';
import { ReasonCard, reasonSentence, type Verdict } from './ReasonCard';

const scam: Verdict = {
  level: 'high',
  verdict: 'scam',
  category: 'phishing',
  score: 0.97,
  reasons: [
    {
      code: 'phish.homoglyph_domain',
      args: { host: 'shopеe.sg', official: 'shopee.sg' },
      points: 4,
      proof: 'go to shopеe.sg',
    },
    ...Array.from({ length: 6 }, (_, n) => ({ code: `test.more_${n}`, args: {}, points: 1 })),
  ],
  against: [{ code: 'test.known_sender', args: {} }],
  missing: [],
  rules: [{ id: 'message.phishing', version: '2026-11-20' }],
};

describe('ReasonCard', () => {
  it('shows level, verdict, at most five reasons, what speaks against it and steps', () => {
    render(<ReasonCard verdict={scam} />);
    expect(screen.getByText('High')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'This message is probably a scam' })).toBeTruthy();
    expect(screen.getAllByRole('list')[0]?.children).toHaveLength(5);
    expect(screen.getByText('What speaks against it')).toBeTruthy();
    expect(screen.getAllByRole('checkbox').length).toBeGreaterThan(2);
  });
  it('keeps the proof one click away and marks the imitating letter', () => {
    render(<ReasonCard verdict={scam} />);
    expect(screen.queryByText(/U\+0435/)).toBeNull();
    fireEvent.click(screen.getAllByRole('button', { name: 'Show the proof' })[0] as Element);
    expect(screen.getByText(/е \(U\+0435\)/)).toBeTruthy();
    expect(screen.queryByRole('link')).toBeNull();
  });
  it('never calls an unreadable message fine', () => {
    render(
      <ReasonCard
        verdict={{ ...scam, verdict: 'unreadable', level: 'none', category: 'none', reasons: [], against: [] }}
      />,
    );
    expect(screen.getByText('Not checked')).toBeTruthy();
    expect(screen.queryByText('OK')).toBeNull();
  });
  it('names a code that has no sentence instead of hiding it', () => {
    expect(reasonSentence(translate, { code: 'test.new_rule', args: {} })).toContain('test.new_rule');
  });
});
