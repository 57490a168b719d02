/** Every screen with what it opens, as addresses below the origin. `ids` come from the running server. */
export const screens = (ids) => ({
  overview: '/',
  ...(ids.alert && { alert: `/?alert=${ids.alert}` }),
  orders: '/orders',
  order: `/orders?order=${ids.order}`,
  chats: '/chats',
  ...(ids.chat && { chat: `/chats?chat=${ids.chat}` }),
  ...(ids.danger && { 'chat-danger': `/chats?tab=danger&chat=${ids.danger}` }),
  'orders-none': '/orders?search=nothing-like-this',
  returns: '/returns',
  'returns-all': '/returns?tab=all',
  ...(ids.return && { return: `/returns?tab=all&one=${ids.return}` }),
  'returns-none': '/returns?kind=replacement&platform=lazada',
  import: '/orders/import',
  stores: '/stores',
  store: `/stores?open=${ids.store}`,
  connect: '/stores?connect=new',
  network: '/stores/network',
  checker: '/checker',
  verdict: '/checker?example=suspended',
  settings: '/settings/general',
  apps: '/settings/apps',
  people: '/settings/people',
  me: '/settings/me',
  keyboard: '/settings/keyboard',
  audit: '/audit',
  'no-page': '/nothing',
});

/** Ids of things to open, asked from the page's own session. */
export const idsOf = (page) =>
  page.evaluate(async () => {
    const read = async (path) => (await fetch(`/api/v1${path}`)).json();
    const [orders, stores, alerts, chats, dangerous, returns] = await Promise.all([
      read('/orders?limit=1'),
      read('/stores'),
      read('/alerts'),
      read('/conversations?limit=1'),
      read('/conversations?tab=danger&limit=1'),
      read('/returns?tab=all&limit=1'),
    ]);
    return {
      order: orders.rows[0]?.id,
      store: stores.rows[0]?.id,
      alert: alerts.rows[0]?.id,
      chat: chats.rows[0]?.id,
      danger: dangerous.rows[0]?.id,
      return: returns.rows[0]?.id,
    };
  });

/** Waits until the screen shows what it has: no grey bars, one heading. */
export async function settled(page) {
  // Behind an open dialog the heading is there, but hidden from assistive technology.
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() => document.querySelector('main [aria-busy=true]') === null);
  await page.waitForTimeout(150);
}
