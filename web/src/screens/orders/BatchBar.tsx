import type { Order } from '~/api/orders';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { CopyButton } from '~/ui/CopyButton';

/** Stands in for the filters while rows are selected. */
export function BatchBar({
  rows,
  selected,
  onClear,
}: {
  rows: Order[];
  selected: ReadonlySet<string>;
  onClear: () => void;
}) {
  const t = useT();
  const numbers = rows.filter((row) => selected.has(row.id)).map((row) => row.ext_id);
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-2 max-desk:min-h-10">
      <span role="status" className="font-semibold">
        {t('orders.selected', { count: numbers.length })}
      </span>
      <CopyButton text={numbers.join('\n')} label={t('orders.copy_numbers')} />
      <Button kind="quiet" onClick={onClear}>
        {t('orders.select_none')}
      </Button>
    </div>
  );
}
