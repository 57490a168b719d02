import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { Crash } from './Crash';
import { NotFound } from './NotFound';
import { Root } from './Root';
import {
  auditSearch,
  chatSearch,
  checkerSearch,
  importSearch,
  orderSearch,
  overviewSearch,
  returnSearch,
  rootSearch,
  storeSearch,
} from './search';
import type { WordFile } from './word-keys';
import { needWords } from './words';

const root = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: Crash,
  validateSearch: rootSearch,
  search: { middlewares: [retainSearchParams(['store'])] },
});

// A screen and its words load together, when it is first opened.
const screen = (load: () => Promise<{ default: () => React.ReactNode }>, ...words: WordFile[]) =>
  lazyRouteComponent(async () => (await Promise.all([load(), needWords(...words)]))[0]);

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: overviewSearch,
  component: screen(() => import('~/screens/overview'), 'overview'),
});
const orders = createRoute({
  getParentRoute: () => root,
  path: '/orders',
  validateSearch: orderSearch,
  component: screen(() => import('~/screens/orders'), 'orders'),
});
const chats = createRoute({
  getParentRoute: () => root,
  path: '/chats',
  validateSearch: chatSearch,
  component: screen(() => import('~/screens/chats'), 'chats', 'orders', 'overview'),
});
const importing = createRoute({
  getParentRoute: () => root,
  path: '/orders/import',
  validateSearch: importSearch,
  component: screen(() => import('~/screens/import'), 'import', 'orders'),
});
const returns = createRoute({
  getParentRoute: () => root,
  path: '/returns',
  validateSearch: returnSearch,
  component: screen(() => import('~/screens/returns'), 'returns', 'orders'),
});
const stores = createRoute({
  getParentRoute: () => root,
  path: '/stores',
  validateSearch: storeSearch,
  component: screen(() => import('~/screens/stores'), 'stores'),
});
const network = createRoute({
  getParentRoute: () => root,
  path: '/stores/network',
  component: screen(() => import('~/screens/network'), 'stores'),
});
const checker = createRoute({
  getParentRoute: () => root,
  path: '/checker',
  validateSearch: checkerSearch,
  component: screen(() => import('~/screens/checker'), 'checker'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings/$tab',
  component: screen(() => import('~/screens/settings'), 'settings'),
});
const settingsStart = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: screen(() => import('~/screens/settings'), 'settings'),
});
const audit = createRoute({
  getParentRoute: () => root,
  path: '/audit',
  validateSearch: auditSearch,
  component: screen(() => import('~/screens/audit'), 'audit'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    orders,
    chats,
    importing,
    returns,
    stores,
    network,
    checker,
    settings,
    settingsStart,
    audit,
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: Crash,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
