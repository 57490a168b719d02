import { fireEvent, render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { Button } from './Button';
import { TipProvider } from './Tip';

it('says why it is off, stays reachable and does nothing', () => {
  const onClick = vi.fn();
  render(
    <TipProvider>
      <Button offBecause="No store is connected yet" onClick={onClick}>
        Export
      </Button>
    </TipProvider>,
  );
  const button = screen.getByRole('button', { name: 'Export' });
  fireEvent.click(button);
  expect(onClick).not.toHaveBeenCalled();
  expect(button.hasAttribute('disabled')).toBe(false);
  expect(document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent).toBe(
    'No store is connected yet',
  );
});
