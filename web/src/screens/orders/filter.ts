import type { OrderFilter } from '~/api/orders';
import type { OrderSearch } from '~/app/search';

type Search = OrderSearch & { store?: string };

const dayMs = 86_400_000;

/** What the server is asked, from what the address says. The time limit falls on a full hour, so that it stays equal. */
export function filterOf(search: Search, now: number): OrderFilter {
  const { tab = 'all', store, platform, status, search: text, days } = search;
  const hour = Math.floor(now / 3_600_000) * 3_600_000;
  return {
    tab,
    ...(store && { store }),
    ...(platform && { platform }),
    ...(status && { status }),
    ...(text && { search: text }),
    ...(days && { from: new Date(hour - Number(days) * dayMs).toISOString() }),
  };
}

/** Whether anything but the tab narrows the list. */
export const hasFilter = (search: Search) =>
  !!(search.store || search.platform || search.status || search.search || search.days);

export const noFilter: Partial<Search> = {
  store: undefined,
  platform: undefined,
  status: undefined,
  search: undefined,
  days: undefined,
};
