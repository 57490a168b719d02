/** The one-time token of a set-up or invitation link, taken out of the address so that it stays in no history. */
export function takeToken(): string {
  const fromHash = new URLSearchParams(location.hash.slice(1)).get('token');
  const query = new URLSearchParams(location.search);
  const token = fromHash ?? query.get('token') ?? '';
  if (token) {
    query.delete('token');
    const rest = query.toString();
    history.replaceState(history.state, '', location.pathname + (rest ? `?${rest}` : ''));
  }
  return token;
}
