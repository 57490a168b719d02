// Runs before the first paint so that a dark screen never flashes white. A file of its own, because the
// Content-Security-Policy allows no inline script. Keep in step with src/app/theme.ts.
(() => {
  let wanted = 'system';
  try {
    wanted = localStorage.getItem('stallward.theme') || 'system';
  } catch {
    // Storage is switched off: follow the system.
  }
  const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
