import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createRoot } from 'react-dom/client';
import { startKeyboard } from './app/keyboard';
import { startPreferences } from './app/preferences';
import { queryClient } from './app/query';
import { router } from './app/router';
import { startWords } from './app/words';
import { TipProvider } from './ui/Tip';
import { Toasts } from './ui/Toast';

startPreferences();
startKeyboard();
startWords('ui', 'shell', 'keys', 'reasons', 'problems').then(() => {
  createRoot(document.getElementById('root') as HTMLElement).render(
    <QueryClientProvider client={queryClient}>
      <TipProvider>
        <Toasts>
          <RouterProvider router={router} />
        </Toasts>
      </TipProvider>
    </QueryClientProvider>,
  );
});
