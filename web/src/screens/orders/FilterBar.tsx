import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useCommand } from '~/app/keyboard';
import { type OrderSearch, orderStatuses, platforms } from '~/app/search';
import { platformName, useStores } from '~/app/stores';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { cn } from '~/ui/cn';
import { controlLook } from '~/ui/Field';
import { Select } from '~/ui/Select';
import { Chip } from '~/ui/Tag';
import { hasFilter, noFilter } from './filter';

export type Filters = OrderSearch & { store?: string };
export type Change = (next: Partial<Filters>) => void;

const typingMs = 350;

export function FilterBar({ search, onChange }: { search: Filters; onChange: Change }) {
  const t = useT();
  const box = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.search ?? '');
  const latest = useRef(onChange);
  latest.current = onChange;
  useCommand('filter', () => box.current?.focus());
  // The address may change by itself: a saved view, the back button.
  useEffect(() => setText(search.search ?? ''), [search.search]);
  useEffect(() => {
    const wanted = text.trim() || undefined;
    if (wanted === search.search) return;
    const timer = setTimeout(() => latest.current({ search: wanted }), typingMs);
    return () => clearTimeout(timer);
  }, [text, search.search]);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="relative min-w-0 grow basis-56 desk:max-w-80">
        <Search className="absolute top-1/2 left-2 size-4 -translate-y-1/2 text-muted" aria-hidden="true" />
        <input
          ref={box}
          type="search"
          aria-label={t('orders.search')}
          placeholder={t('orders.search')}
          aria-keyshortcuts="/"
          className={cn(controlLook, 'pl-8')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && box.current?.blur()}
          maxLength={200}
        />
      </div>
      <Select
        aria-label={t('orders.platform')}
        className="w-auto"
        value={search.platform ?? ''}
        options={[
          { value: '', label: t('orders.any_platform') },
          ...platforms.map((value) => ({ value, label: platformName[value] })),
        ]}
        onChange={(event) => onChange({ platform: (event.target.value || undefined) as Filters['platform'] })}
      />
      {(search.tab ?? 'all') === 'all' && (
        <Select
          aria-label={t('orders.status')}
          className="w-auto"
          value={search.status ?? ''}
          options={[
            { value: '', label: t('orders.any_status') },
            ...orderStatuses.map((value) => ({ value, label: t(`orders.status_${value}`) })),
          ]}
          onChange={(event) => onChange({ status: (event.target.value || undefined) as Filters['status'] })}
        />
      )}
      <Select
        aria-label={t('orders.date')}
        className="w-auto"
        value={search.days ?? ''}
        options={[
          { value: '', label: t('orders.any_date') },
          ...(['1', '7', '30', '90'] as const).map((value) => ({ value, label: t(`orders.days_${value}`) })),
        ]}
        onChange={(event) => onChange({ days: (event.target.value || undefined) as Filters['days'] })}
      />
      {hasFilter(search) && (
        <Button kind="quiet" onClick={() => onChange(noFilter)}>
          {t('ui.clear')}
        </Button>
      )}
    </div>
  );
}

/** The filters that are on, each with a button to take it away. */
export function FilterChips({ search, onChange }: { search: Filters; onChange: Change }) {
  const t = useT();
  const stores = useStores();
  const chips: [keyof Filters, string | undefined][] = [
    ['search', search.search && `“${search.search}”`],
    ['store', search.store && (stores.get(search.store)?.name ?? search.store)],
    ['platform', search.platform && platformName[search.platform]],
    ['status', search.status && t(`orders.status_${search.status}`)],
    ['days', search.days && t(`orders.days_${search.days}`)],
  ];
  return chips.map(
    ([name, text]) => text && <Chip key={name} text={text} onRemove={() => onChange({ [name]: undefined })} />,
  );
}
