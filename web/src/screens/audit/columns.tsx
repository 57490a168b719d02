import type { Schemas } from '~/api/client';
import type { Store } from '~/api/queries';
import { formatExact } from '~/app/format';
import { type Translate, useT } from '~/app/words';
import type { Column } from '~/ui/DataTable';
import { Time } from '~/ui/Time';
import { Cut } from '~/ui/Tip';
import { actorText, entryText } from './entry';

type Row = Schemas['AuditRow'];

export function auditColumns(t: Translate, stores: Map<string, Store>, people: Map<string, string>): Column<Row>[] {
  return [
    { id: 'at', header: t('audit.when'), cell: (row) => <Cut text={formatExact(row.at)} />, width: 220 },
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
      cell: (row) => <ObjectOf row={row} stores={stores} people={people} />,
      width: 130,
    },
    { id: 'address', header: t('audit.address'), cell: (row) => row.address ?? '–', width: 130 },
  ];
}

/** What an entry is about: a store or person by name, anything else by its id. */
function ObjectOf({ row, stores, people }: { row: Row; stores: Map<string, Store>; people: Map<string, string> }) {
  const name = stores.get(row.object)?.name ?? people.get(row.object);
  return name ? <Cut text={name} /> : <span className="font-mono text-small">{row.object || '–'}</span>;
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
