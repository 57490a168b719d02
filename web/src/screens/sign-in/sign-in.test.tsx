import { QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { http } from 'msw';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sessionQuery } from '~/api/queries';
import { queryClient } from '~/app/query';
import { needWords } from '~/app/words';
import { problem, server, serveTests } from '~/test/server';
import { TipProvider } from '~/ui/Tip';
import { PasswordForm } from './PasswordForm';
import { RecoveryCodes } from './RecoveryCodes';

serveTests();
beforeAll(() => needWords('sign_in', 'problems'));
beforeEach(() => queryClient.clear());

const show = (element: React.ReactNode) =>
  render(
    <QueryClientProvider client={queryClient}>
      <TipProvider>{element}</TipProvider>
    </QueryClientProvider>,
  );
const signIn = `${location.origin}/api/v1/sign-in`;
const fill = (name: string, value: string) =>
  fireEvent.change(screen.getByLabelText(name, { selector: 'input' }), { target: { value } });

describe('signing in', () => {
  it('names empty fields and sends nothing', () => {
    show(<PasswordForm />);
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect(screen.getByText('Enter your sign-in name.')).toBeTruthy();
    expect(screen.getByText('Enter a password.')).toBeTruthy();
  });
  it('keeps the input after a wrong password and says what to do', async () => {
    server.use(http.post(signIn, () => problem(401, 'session.refused')));
    show(<PasswordForm />);
    fill('Sign-in name', 'lin');
    fill('Password', 'nothing of worth');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    expect((await screen.findByRole('alert')).textContent).toContain('Name, password or code is not right');
    expect((screen.getByLabelText('Sign-in name') as HTMLInputElement).value).toBe('lin');
  });
  it('goes on to the second factor', async () => {
    server.use(http.post(signIn, () => Response.json({ state: 'code', demo: false, version: '1' })));
    show(<PasswordForm />);
    fill('Sign-in name', 'lin');
    fill('Password', 'a long sentence of mine');
    fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
    await waitFor(() => expect(queryClient.getQueryData(sessionQuery.queryKey)?.state).toBe('code'));
  });
});

describe('recovery codes', () => {
  it('are left only after saying that they are kept', () => {
    const onDone = vi.fn();
    show(<RecoveryCodes codes={['aaaa-bbbb', 'cccc-dddd']} onDone={onDone} />);
    const go = screen.getByRole('button', { name: 'Go to the console' });
    fireEvent.click(go);
    expect(onDone).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('checkbox'));
    fireEvent.click(screen.getByRole('button', { name: 'Go to the console' }));
    expect(onDone).toHaveBeenCalledTimes(1);
  });
});
