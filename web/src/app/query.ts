import { QueryClient } from '@tanstack/react-query';
import { Problem } from '~/api/problem';

/** Failed reads are tried twice more unless the server said that trying again is of no use. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) =>
        failures < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
      retryDelay: (failures) => Math.min(1000 * 2 ** failures, 10_000),
      refetchOnWindowFocus: false,
      networkMode: 'always',
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
