import '~/styles.css';
import { createRoot } from 'react-dom/client';
import { isLanguage } from '~/app/languages';
import { setPreference, startPreferences, type Theme } from '~/app/preferences';
import { setLanguage, startWords } from '~/app/words';
import { TipProvider } from '~/ui/Tip';
import { Toasts } from '~/ui/Toast';
import { Gallery } from './Gallery';

// Theme and language come by the address, so that a test can walk through all of them.
const query = new URLSearchParams(location.search);
startPreferences();
startWords('ui', 'shell', 'keys', 'reasons', 'problems').then(async () => {
  const language = query.get('lang') ?? 'en';
  if (isLanguage(language)) await setLanguage(language);
  setPreference('theme', (query.get('theme') ?? 'light') as Theme);
  createRoot(document.getElementById('root') as HTMLElement).render(
    <TipProvider>
      <Toasts>
        <Gallery />
      </Toasts>
    </TipProvider>,
  );
});
