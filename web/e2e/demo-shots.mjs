// Makes the pictures of the user guide from a running demo: docs/guide/pictures/<screen>-<language>.png.
//   node e2e/demo-shots.mjs [FOLDER]

import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from './browser.mjs';
import { setUp } from './people.mjs';
import { startSandbox, startServer } from './programs.mjs';
import { idsOf, settled } from './screens.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = resolve(process.argv[2] ?? join(root, 'docs/guide/pictures'));
const viewport = { width: 1280, height: 800 };
mkdirSync(folder, { recursive: true });

const sandbox = await startSandbox(
  ...['--stores', '12', '--shopee', '4', '--lazada', '4'],
  ...['--seed', '7', '--speed', '30', '--story', 'phishing-wave'],
);
const server = await startServer({ sandbox, demo: true });
const browser = await launch();
try {
  const context = await browser.newContext({ viewport, locale: 'en-GB', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const shot = async (name) => {
    await page.screenshot({ path: join(folder, `${name}.png`) });
    console.log(`${name}.png`);
  };
  await setUp(page, server, (name) => shot(`${name}-en`));
  let ids = {};
  for (let tries = 0; tries < 240 && !(ids.order && ids.alert && ids.danger); tries += 1) {
    ids = await idsOf(page);
    await page.waitForTimeout(500);
  }
  if (!ids.order || !ids.alert || !ids.danger)
    throw new Error(`the demo has no orders or no alert yet; its log says why:\n${server.log()}`);
  const pages = {
    overview: '/',
    alert: `/?alert=${ids.alert}`,
    orders: '/orders',
    order: `/orders?order=${ids.order}`,
    chat: `/chats?tab=danger&chat=${ids.danger}`,
    returns: '/returns',
    stores: '/stores',
    network: '/stores/network',
    connect: '/stores?connect=new',
    verdict: '/checker?example=suspended',
    import: '/orders/import',
    audit: '/audit',
  };
  for (const language of ['en', 'zh-CN', 'th']) {
    await page.evaluate(
      (body) =>
        fetch('/api/v1/me', {
          method: 'PATCH',
          headers: { 'Content-Type': 'application/json', 'X-Stallward': '1' },
          body: JSON.stringify(body),
        }),
      { language, theme: 'light' },
    );
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(server.origin + path);
      await settled(page);
      await shot(`${name}-${language}`);
    }
  }
} finally {
  await browser.close();
  await server.stop();
  await sandbox.stop();
}
