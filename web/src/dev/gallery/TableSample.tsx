import { useState } from 'react';
import { type Column, DataTable, type Sort } from '~/ui/DataTable';
import { SeverityTag } from '~/ui/Severity';
import { Money } from '~/ui/Time';

type Row = { id: string; buyer: string; item: string; minor: number };

const rows: Row[] = Array.from({ length: 10_000 }, (_, n) => ({
  id: `57900000${String(n).padStart(4, '0')}`,
  buyer: ['Emma C.', '李小明', 'สมชาย ก.', 'Nguyễn T.'][n % 4] as string,
  item: ['T-shirt x20', 'Phone case', 'กระเป๋าผ้า', 'Áo thun nam cổ tròn'][n % 4] as string,
  minor: (n * 137) % 90_000,
}));

const columns: Column<Row>[] = [
  {
    id: 'id',
    header: 'Order',
    cell: (row) => <span className="font-mono">{row.id}</span>,
    width: 140,
    sort: 'created',
  },
  { id: 'buyer', header: 'Buyer', cell: (row) => row.buyer, width: 120 },
  { id: 'item', header: 'Item', cell: (row) => row.item, width: 180, grow: 1 },
  { id: 'risk', header: 'Risk', cell: () => <SeverityTag severity="low" />, width: 120 },
  {
    id: 'amount',
    header: 'Amount',
    cell: (row) => <Money amount={{ minor: row.minor, currency: 'MYR', decimals: 2 }} />,
    width: 120,
    align: 'end',
  },
];

/** 10,000 rows; the browser test scrolls through them and measures the frames. */
export function TableSample() {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<string | null>(null);
  const [sort, setSort] = useState<Sort>({ by: 'created', descending: true });
  return (
    <div className="flex h-96 flex-col rounded border">
      <DataTable
        label="Orders"
        columns={columns}
        rows={rows}
        rowId={(row) => row.id}
        rowName={(row) => `order ${row.id}`}
        total={rows.length}
        selected={selected}
        onSelect={setSelected}
        openId={open}
        onOpen={setOpen}
        sort={sort}
        onSort={setSort}
        choice={{ hidden: [], order: [], pinned: ['id'] }}
        phoneRow={(row) => (
          <>
            <p className="truncate font-semibold">{row.item}</p>
            <p className="truncate text-muted">{row.buyer}</p>
          </>
        )}
      />
    </div>
  );
}
