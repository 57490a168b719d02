import { render, screen } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { Problem } from '~/api/problem';
import { ProblemNotice, problemText } from './problem-text';
import { needWords } from './words';

beforeAll(() => needWords('problems'));

const problem = (code: string, status: number, more = {}) => new Problem({ code, status, ...more });

describe('problemText', () => {
  it('uses the words of the code, with its arguments', () => {
    expect(problemText(problem('session.throttled', 429, { retry_after_s: 8 }))).toMatch(/Wait 8 sec/);
  });
  it('falls back by kind of error, never to the raw text of the server', () => {
    expect(problemText(problem('new.code', 403))).toBe(problemText(problem('forbidden', 403)));
    expect(problemText(problem('new.code', 500))).not.toContain('new.code');
    expect(problemText(new TypeError('x is undefined'))).not.toContain('undefined');
  });
});

it('shows effect, fix and the number to report', () => {
  render(
    <ProblemNotice error={problem('internal', 500, { request_id: 'req_7f' })} title="The orders could not be read" />,
  );
  expect(screen.getByRole('alert').textContent).toContain('The orders could not be read');
  expect(screen.getByText('req_7f')).toBeTruthy();
});
