let taken: string | null = null;

/**
 * The one-time token of a set-up or invitation link. It is taken out of the address at once, so that it stays in no
 * history, and kept until the page is left.
 */
export function takeToken(): string {
  if (taken !== null) return taken;
  taken = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  if (taken) history.replaceState(history.state, '', location.pathname + location.search);
  return taken;
}
