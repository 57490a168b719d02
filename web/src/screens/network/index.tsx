import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import { api, call } from '~/api/client';
import { networkQuery, type Store } from '~/api/queries';
import { ProblemNotice } from '~/app/problem-text';
import { useMay } from '~/app/session';
import { platformName, useStores } from '~/app/stores';
import { type Translate, translateCode, useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { type Column, DataTable } from '~/ui/DataTable';
import { Empty } from '~/ui/Empty';
import { TextField } from '~/ui/Field';
import { Notice } from '~/ui/Notice';
import { PageHead } from '~/ui/Page';
import { SeverityTag } from '~/ui/Severity';
import { Skeleton } from '~/ui/Skeleton';
import { StaleClock } from '~/ui/Time';
import { Cut } from '~/ui/Tip';
import { toast } from '~/ui/Toast';
import { useSave } from '~/ui/use-save';
import { byTrouble, type Row, severityOf, standings } from './exits';

// An hour between looks, and half of one for those that wait their turn.
const staleAfterMs = 90 * 60_000;

/** Which address each store really leaves from; those that may tie stores together first. */
export default function Network() {
  const t = useT();
  const navigate = useNavigate();
  const stores = useStores();
  const { data, error, refetch } = useQuery(networkQuery);
  const rows = useMemo(() => standings(data?.rows ?? []).sort(byTrouble), [data]);
  const columns = useMemo(() => networkColumns(t, stores), [t, stores]);
  return (
    <>
      <PageHead
        title={t('stores.net_title')}
        actions={
          <Link to="/stores" className="underline">
            {t('stores.title')}
          </Link>
        }
      />
      <div className="grid gap-2 px-4 pb-2">
        <p className="max-w-prose text-muted">{t('stores.net_text')}</p>
        {error && <ProblemNotice error={error} title={t('stores.net_unreadable')} onRetry={() => refetch()} />}
        {data && <ServiceForm key={data.service} service={data.service} />}
      </div>
      {!data && !error && <Skeleton rows={12} columns={5} className="px-4" />}
      {data && rows.length === 0 && <Empty title={t('stores.net_empty')}>{t('stores.net_empty_text')}</Empty>}
      {rows.length > 0 && (
        <DataTable
          label={t('stores.net_title')}
          columns={columns}
          choice={{ hidden: [], order: [], pinned: ['name'] }}
          rows={rows}
          rowId={(row) => row.store}
          rowName={(row) => nameOf(stores, row.store)}
          total={rows.length}
          onOpen={(open) => navigate({ to: '/stores', search: { open } as never })}
          phoneRow={(row) => <PhoneRow row={row} stores={stores} />}
        />
      )}
    </>
  );
}

type Stores = Map<string, Store>;

const nameOf = (stores: Stores, id: string) => stores.get(id)?.name ?? id;

function StandingTag({ row, stores }: { row: Row; stores: Stores }) {
  const t = useT();
  const word = t(`stores.net_${row.standing}`, { count: row.with.length });
  const why =
    row.standing === 'failed'
      ? (translateCode(`problems.${row.error}`) ?? row.error)
      : row.standing === 'country'
        ? `${row.previous_country} → ${row.country}`
        : row.with.map((id) => nameOf(stores, id)).join(', ');
  return (
    <span title={why ? `${word}: ${why}` : undefined} className="inline-flex min-w-0 max-w-full">
      <SeverityTag cut severity={severityOf[row.standing]} text={word} />
    </span>
  );
}

const addressOf = (row: Row) => [row.address, row.country].filter(Boolean).join(' ') || '–';

function networkColumns(t: Translate, stores: Stores): Column<Row>[] {
  return [
    {
      id: 'name',
      header: t('stores.store'),
      cell: (row) => <Cut className="block min-w-0 truncate font-semibold" text={nameOf(stores, row.store)} />,
      width: 140,
      grow: 1,
    },
    {
      id: 'platform',
      header: t('stores.platform'),
      cell: (row) => {
        const store = stores.get(row.store);
        return store ? `${platformName[store.platform]} ${store.region}` : '–';
      },
      width: 120,
    },
    {
      id: 'way',
      header: t('stores.net_way'),
      cell: (row) => <Cut text={row.proxy || t('stores.direct')} />,
      width: 150,
      grow: 1,
    },
    {
      id: 'address',
      header: t('stores.net_address'),
      cell: (row) => <Cut className="block min-w-0 truncate font-mono" text={addressOf(row)} />,
      width: 168,
    },
    {
      id: 'state',
      header: t('stores.state'),
      cell: (row) => <StandingTag row={row} stores={stores} />,
      width: 232,
      grow: 2,
    },
    {
      id: 'before',
      header: t('stores.net_before'),
      cell: (row) => (
        <Cut
          className="block min-w-0 truncate font-mono"
          text={[row.previous_address, row.previous_country].filter(Boolean).join(' ') || '–'}
        />
      ),
      width: 112,
    },
    {
      id: 'seen',
      header: t('stores.net_seen'),
      cell: (row) =>
        row.tried_at ? <StaleClock at={row.seen_at ?? null} staleAfterMs={staleAfterMs} /> : t('ui.never_read'),
      width: 160,
    },
  ];
}

function PhoneRow({ row, stores }: { row: Row; stores: Stores }) {
  const t = useT();
  return (
    <>
      <p className="flex items-center gap-2">
        <span className="min-w-0 grow truncate font-semibold">{nameOf(stores, row.store)}</span>
        <StandingTag row={row} stores={stores} />
      </p>
      <p className="flex gap-2 text-muted text-small">
        <span className="min-w-0 grow truncate">{row.proxy || t('stores.direct')}</span>
        <span className="shrink-0 font-mono">{addressOf(row)}</span>
      </p>
    </>
  );
}

/** Without a service outside nobody can know an address; the form says so and takes one. */
function ServiceForm({ service }: { service: string }) {
  const t = useT();
  const client = useQueryClient();
  const may = useMay('edit_proxy');
  const [editing, setEditing] = useState(false);
  const [address, setAddress] = useState(service);
  const { busy, error, save } = useSave();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await save(async () => {
      const body = { service: address.trim() };
      client.setQueryData(networkQuery.queryKey, await call(() => api.PUT('/network/service', { body })));
    });
    if (!saved) return;
    setEditing(false);
    toast(t('ui.saved'));
  };
  if (editing) {
    return (
      <form noValidate className="grid max-w-prose gap-3" onSubmit={submit}>
        <TextField
          label={t('stores.net_service')}
          help={t('stores.net_service_help')}
          value={address}
          placeholder="https://address.example/"
          maxLength={300}
          autoComplete="off"
          spellCheck={false}
          inputClass="font-mono"
          onChange={(event) => setAddress(event.target.value)}
        />
        {error != null && <ProblemNotice error={error} />}
        <div className="flex flex-wrap gap-2">
          <Button kind="primary" type="submit" sends busy={busy}>
            {t('ui.save')}
          </Button>
          <Button
            onClick={() => {
              setAddress(service);
              setEditing(false);
            }}
          >
            {t('ui.cancel')}
          </Button>
        </div>
      </form>
    );
  }
  const change = may && (
    <Button onClick={() => setEditing(true)}>{service ? t('stores.net_change') : t('stores.net_choose')}</Button>
  );
  if (!service) {
    return (
      <Notice severity="unknown" title={t('stores.net_no_service')} action={change}>
        {t('stores.net_no_service_text')}
      </Notice>
    );
  }
  return (
    <p className="flex flex-wrap items-center gap-2">
      <span>
        {t('stores.net_service')}: <span className="font-mono">{service}</span>
      </span>
      {change}
    </p>
  );
}
