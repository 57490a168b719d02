// Every screen of the demo fleet, in English, Chinese and Thai, light and dark, three sizes: no accessibility findings,
// no cut controls, nothing to push sideways. The other languages are looked at where text is tightest. With PICTURES set
// to a folder, each is also kept as a picture.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { axe, cutText, launch, scrollsSideways, sizes, themes, watch } from './browser.mjs';
import { setUp } from './people.mjs';
import { startSandbox, startServer } from './programs.mjs';
import { idsOf, screens, settled } from './screens.mjs';

const pictures = process.env.PICTURES;
let browser;
let sandbox;
let server;
let storage;
let ids;

before(async () => {
  if (pictures) mkdirSync(pictures, { recursive: true });
  sandbox = await startSandbox('--stores', '12', '--seed', '7', '--speed', '30', '--story', 'daily');
  server = await startServer({ sandbox, demo: true });
  browser = await launch();
  const context = await browser.newContext({ viewport: sizes.small, locale: 'en-GB' });
  const page = await context.newPage();
  await setUp(page, server);
  await page.getByText('Demo: invented stores and messages').waitFor();
  // The stores are connected and read in the background.
  for (let tries = 0; tries < 120 && !(ids?.order && ids.danger); tries += 1) {
    ids = await idsOf(page);
    await page.waitForTimeout(500);
  }
  assert.ok(ids.order, 'the demo has orders');
  assert.ok(ids.danger, 'the demo has a dangerous conversation');
  storage = await context.storageState();
  await context.close();
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await sandbox?.stop();
});

/** A page in this language and theme; both are saved with the account, as a person does it. */
async function open(language, theme, viewport) {
  const context = await browser.newContext({
    viewport,
    storageState: storage,
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  const problems = watch(page, server.origin);
  await page.goto(server.origin);
  await page.evaluate(
    (body) =>
      fetch('/api/v1/me', {
        method: 'PATCH',
        headers: { 'Content-Type': 'application/json', 'X-Stallward': '1' },
        body: JSON.stringify(body),
      }),
    { language, theme },
  );
  return { context, page, problems };
}

// About 25 s each on two cores: `./run test` takes the short form, STALLWARD_SCREENS=all every one.
const everything = [
  ...['en', 'zh-CN', 'th'].flatMap((language) =>
    themes.flatMap((theme) => Object.keys(sizes).map((size) => [language, theme, size])),
  ),
  ...['vi', 'id', 'ms'].map((language) => [language, 'light', 'small']),
];
const short = [
  ...themes.flatMap((theme) => Object.keys(sizes).map((size) => ['en', theme, size])),
  ...['zh-CN', 'th'].map((language) => [language, 'light', 'small']),
];
const combinations = process.env.STALLWARD_SCREENS === 'all' ? everything : short;

for (const [language, theme, size] of combinations) {
  test(`screens in ${language}, ${theme}, ${size}`, async () => {
    const { context, page, problems } = await open(language, theme, sizes[size]);
    const found = [];
    for (const [name, path] of Object.entries(screens(ids))) {
      await page.goto(server.origin + path);
      await settled(page);
      for (const line of await axe(page)) found.push(`${name}: ${line}`);
      for (const line of await cutText(page)) found.push(`${name}: cut: ${line}`);
      if (await scrollsSideways(page)) found.push(`${name}: scrolls sideways`);
      if (pictures) await page.screenshot({ path: join(pictures, `${name}-${language}-${theme}-${size}.png`) });
    }
    assert.deepEqual([...found, ...problems], []);
    await context.close();
  });
}

test('the demo says that it is one, and can be left', async () => {
  const { context, page } = await open('en', 'light', sizes.small);
  await page.goto(server.origin);
  await page.getByRole('button', { name: 'Leave the demo and start empty' }).click();
  const question = page.getByRole('dialog', { name: 'Leave the demo?' });
  await question.getByRole('button', { name: 'Leave the demo and start empty' }).click();
  await page.getByText('Your stores will appear here').waitFor();
  assert.equal(await page.getByText('Demo: invented stores and messages').count(), 0);
  await context.close();
});
