import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The server a developer runs beside `npm run dev`.
const api = process.env.STALLWARD_API ?? 'http://127.0.0.1:8780';

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: {
      '~': here('./src'),
      // Radix locks page scrolling with this package, which writes <style> elements at run time. Our
      // Content-Security-Policy forbids those, so ours does the same with an attribute and a rule in styles.css.
      'react-remove-scroll': here('./src/ui/scroll-lock.tsx'),
    },
  },
  build: {
    target: 'es2022',
    // `vite build --mode gallery` makes a page with every part in every state, which the browser tests look at.
    outDir: mode === 'gallery' ? 'dist-gallery' : 'dist',
    rolldownOptions: { input: here(mode === 'gallery' ? './gallery.html' : './index.html') },
    // Data URLs would hide file sizes from the size check, and everything is served from one host anyway.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/api': api, '/oauth': api, '/healthz': api },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
  },
}));
