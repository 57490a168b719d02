import { queryOptions } from '@tanstack/react-query';
import { api, call, type Schemas } from './client';

export type Session = Schemas['Session'];
export type Store = Schemas['Store'];
export type Overview = Schemas['Overview'];
export type Alert = Schemas['Alert'];
export type AlertDetail = Schemas['AlertDetail'];
export type Platform = Schemas['Platform'];
export type Person = Schemas['Person'];

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => call(() => api.GET('/session')),
  staleTime: Number.POSITIVE_INFINITY,
});

export const storesQuery = queryOptions({
  queryKey: ['stores'],
  queryFn: ({ signal }) => call(() => api.GET('/stores', { signal })),
});

export const networkQuery = queryOptions({
  // Below the stores: what tells of a store's change tells of its way out.
  queryKey: ['stores', 'network'],
  queryFn: ({ signal }) => call(() => api.GET('/network', { signal })),
  refetchInterval: 60_000,
});

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => call(() => api.GET('/overview', { signal })),
  // Ages go on growing while nothing happens; the event stream brings the rest.
  refetchInterval: 60_000,
});

export const weakFindingsQuery = queryOptions({
  queryKey: ['alerts', 'weak'],
  queryFn: ({ signal }) => call(() => api.GET('/findings/weak', { signal })),
});

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ['alert', id],
    queryFn: ({ signal }) => call(() => api.GET('/alerts/{alert}', { params: { path: { alert: id } }, signal })),
  });

export const appQuery = (platform: Platform) =>
  queryOptions({
    queryKey: ['app', platform],
    queryFn: ({ signal }) => call(() => api.GET('/apps/{platform}', { params: { path: { platform } }, signal })),
  });

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => call(() => api.GET('/settings', { signal })),
});

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => call(() => api.GET('/people', { signal })),
});

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: ({ signal }) => call(() => api.GET('/sessions', { signal })),
});

export const viewsQuery = (screen: 'orders' | 'audit') =>
  queryOptions({
    queryKey: ['views', screen],
    queryFn: ({ signal }) => call(() => api.GET('/views', { params: { query: { screen } }, signal })),
  });
