// A headless Chromium and what every browser test asks of a page.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, normalize } from 'node:path';
import { chromium } from 'playwright-core';
import { contentSecurityPolicy, typeOf } from './static-server.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Starts the browser. With STALLWARD_DIST the console's files come from that folder instead of from the program, under
 * the same policy, so that a change can be tried without linking the server again.
 */
export async function launch() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const dist = process.env.STALLWARD_DIST;
  if (dist) {
    const make = browser.newContext.bind(browser);
    browser.newContext = async (options) => {
      const context = await make(options);
      await context.route(
        ({ pathname }) => !/^\/(api|oauth|open|hooks|healthz)(\/|$)/.test(pathname),
        (route) => {
          const { pathname } = new URL(route.request().url());
          // The page after a redirect comes from the program all the same, and asks for the program's files.
          const known = !pathname.startsWith('/assets/') || existsSync(join(dist, normalize(pathname)));
          return known ? route.fulfill(fileOf(dist, pathname)) : route.continue();
        },
      );
      return context;
    };
  }
  return browser;
}

function fileOf(dist, pathname) {
  const wanted = join(dist, normalize(pathname));
  const path = existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(dist, 'index.html');
  return { path, headers: { 'Content-Type': typeOf(path), 'Content-Security-Policy': contentSecurityPolicy } };
}

/** Collects what must never happen: script errors, refused content, requests to another host. */
export function watch(page, origin) {
  const problems = [];
  page.on('pageerror', (error) => problems.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (4|5)\d\d/.test(message.text())) problems.push(message.text());
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) problems.push(`asked another host: ${url}`);
  });
  return problems;
}

/** Findings of axe at WCAG 2.2 A and AA, one line each. */
export async function axe(page, exclude = []) {
  // addScriptTag would be refused by the Content-Security-Policy, evaluate is not.
  await page.evaluate(axeSource);
  const found = await page.evaluate(
    (skip) =>
      globalThis.axe.run(skip.length > 0 ? { exclude: skip } : document, {
        runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
        resultTypes: ['violations'],
      }),
    exclude.map((selector) => [selector]),
  );
  return found.violations.flatMap((violation) =>
    violation.nodes.map(
      (node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim()}`,
    ),
  );
}

/** Controls and headings whose text does not fit. Values in a row may be cut: the whole of them shows on hover. */
export const cutText = (page) =>
  page.evaluate(() => {
    const cut = (element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
    const named = [...document.querySelectorAll('button, a, th, label, h1, h2, h3, [role=tab]')].filter(
      (element) =>
        !element.title &&
        !element.closest('[title]') &&
        !element.classList.contains('sr-only') &&
        getComputedStyle(element).overflow !== 'visible',
    );
    const headers = [...document.querySelectorAll('[role=columnheader] span')];
    return [...named, ...headers].filter(cut).map((element) => `${element.tagName} "${element.textContent}"`);
  });

/** True when the page can be pushed sideways. */
export const scrollsSideways = (page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);

export const sizes = {
  large: { width: 1440, height: 900 },
  small: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};
export const languages = ['zh-CN', 'en', 'th', 'vi', 'id', 'ms'];
export const themes = ['light', 'dark'];
