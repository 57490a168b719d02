import type { Schemas } from '~/api/client';
import type { Store } from '~/api/queries';
import { formatExact } from '~/app/format';
import { type Translate, useT } from '~/app/words';
import type { Column } from '~/ui/DataTable';
import { Time } from '~/ui/Time';
import { Cut } from '~/ui/Tip';
import { actorText, entryText } from './entry';

type Row = Schemas['AuditRow'];

export function auditColumns(t: Translate, stores: Map<string, Store>): Column<Row>[] {
  return [
    { id: 'at', header: t('audit.when'), cell: (row) => formatExact(row.at), width: 210 },
    { id: 'actor', header: t('audit.who'), cell: (row) => <Cut text={actorText(t, row)} />, width: 140 },
    { id: 'kind', header: t('audit.what'), cell: (row) => <Cut text={entryText(t, row)} />, width: 240, grow: 2 },
    {
      id: 'store',
      header: t('audit.store'),
      cell: (row) => <Cut text={row.store ? (stores.get(row.store)?.name ?? row.store) : '–'} />,
      width: 140,
    },
    {
      id: 'object',
      header: t('audit.object'),
      cell: (row) => <span className="font-mono text-small">{row.object}</span>,
      width: 130,
    },
    { id: 'address', header: t('audit.address'), cell: (row) => row.address ?? '–', width: 130 },
  ];
}

export function PhoneRow({ row }: { row: Row }) {
  const t = useT();
  return (
    <>
      <p className="truncate font-semibold">{entryText(t, row)}</p>
      <p className="truncate text-muted text-small">
        {actorText(t, row)} · <Time at={row.at} />
      </p>
    </>
  );
}
