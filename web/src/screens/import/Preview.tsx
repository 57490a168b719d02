import { useState } from 'react';
import type { Schemas } from '~/api/client';
import { formatDateTime, formatNumber } from '~/app/format';
import { useStores } from '~/app/stores';
import { translateCode, useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { cn } from '~/ui/cn';
import { Facts, Section } from '~/ui/Drawer';
import { Notice } from '~/ui/Notice';
import { SelectField } from '~/ui/Select';
import { saveFile } from '~/ui/save-file';

type Import = Schemas['Import'];
type DayOrder = Schemas['DayOrder'];

const shownErrors = 20;

/** What the import would do, and what is wrong with which row. */
export function Preview({
  made,
  busy,
  onApply,
  onDiscard,
  onMap,
  onDayOrder,
}: {
  made: Import;
  busy: boolean;
  onApply: () => void;
  onDiscard: () => void;
  /** Null when the file is no longer at hand. */
  onMap: ((mapping: Record<string, string>) => void) | null;
  onDayOrder: ((order: DayOrder) => void) | null;
}) {
  const t = useT();
  const store = useStores().get(made.store);
  const recognised = made.format
    ? (translateCode(`import.format_${made.format}`) ?? made.format)
    : t('import.format_none');
  const [all, setAll] = useState(false);
  const errors = all ? made.errors : made.errors.slice(0, shownErrors);
  const values = made.errors.some((error) => error.value);
  const unknown = made.state === 'failed';
  const off = made.good === 0 ? t('import.nothing_good') : made.new + made.changed === 0 ? t('import.all_same') : null;
  if (unknown) {
    return (
      <>
        <Notice severity="medium" title={t('import.unknown_title')}>
          {t('import.unknown_text')}
        </Notice>
        <Section title={t('import.file')}>
          <p className="[overflow-wrap:anywhere]">
            {made.file_name} · {store?.name ?? made.store}
          </p>
        </Section>
        <Mapping made={made} busy={busy} onMap={onMap} />
        <div>
          <Button sends busy={busy} onClick={onDiscard}>
            {t('import.choose_again')}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <Section title={t('import.preview')}>
        <Facts
          rows={[
            [t('import.store'), store?.name ?? made.store],
            [t('import.file'), made.file_name],
            [t('import.format'), recognised],
            [t('import.rows'), formatNumber(made.good)],
            [t('import.new'), formatNumber(made.new)],
            [t('import.changed'), formatNumber(made.changed)],
            [t('import.same'), formatNumber(made.same)],
            [t('import.bad'), formatNumber(made.bad)],
          ]}
        />
      </Section>
      <DayOrderChoice made={made} busy={busy} onDayOrder={onDayOrder} />
      {made.bad > 0 && (
        <Notice severity="medium" title={t('import.bad_title', { count: made.bad })}>
          {t('import.bad_text')}
        </Notice>
      )}
      {made.errors.length > 0 && (
        <Section
          title={t('import.errors')}
          action={
            <Button onClick={() => saveFile('import-errors.csv', errorsCsv(), 'text/csv')}>
              {t('import.save_errors')}
            </Button>
          }
        >
          <div className="overflow-x-auto rounded border" tabIndex={0} role="region" aria-label={t('import.errors')}>
            <table className="w-full border-collapse">
              <thead className="bg-surface text-left text-small">
                <tr className="border-b">
                  <th className="h-8 px-3 text-right">{t('import.row')}</th>
                  <th className="px-3">{t('import.column')}</th>
                  {values && <th className="px-3">{t('import.value')}</th>}
                  <th className="px-3">{t('import.what')}</th>
                </tr>
              </thead>
              <tbody>
                {errors.map((error, place) => (
                  <tr key={place} className="border-b last:border-b-0">
                    <td className="h-(--row) whitespace-nowrap px-3 text-right">{error.row}</td>
                    <td className="px-3">{error.column}</td>
                    {values && <td className="px-3 font-mono text-small">{error.value}</td>}
                    <td className="px-3">{errorText(error.code)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {made.errors.length > shownErrors && (
            <Button kind="quiet" className="mt-2" aria-expanded={all} onClick={() => setAll(!all)}>
              {all ? t('import.fewer_errors') : t('import.all_errors', { count: made.errors.length })}
            </Button>
          )}
        </Section>
      )}
      <Mapping made={made} busy={busy} onMap={onMap} />
      {made.sample && made.sample.length > 0 && <Sample rows={made.sample} zone={store?.time_zone} />}
      <div className="sticky bottom-0 flex flex-wrap gap-2 border-t bg-bg py-3">
        <Button kind="primary" sends busy={busy} offBecause={off} onClick={onApply}>
          {t('import.apply', { count: made.good })}
        </Button>
        <Button sends busy={busy} onClick={onDiscard}>
          {t('import.discard')}
        </Button>
      </div>
    </>
  );

  function errorText(code: string) {
    return translateCode(`import.error_${code}`) ?? t('import.error_unknown', { code });
  }

  function errorsCsv() {
    const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const lines = made.errors.map((error) =>
      [String(error.row), error.column ?? '', error.value ?? '', errorText(error.code)].map(cell).join(','),
    );
    return `\uFEFF${[[t('import.row'), t('import.column'), t('import.value'), t('import.what')].map(cell).join(','), ...lines].join('\r\n')}\r\n`;
  }
}

/** Whether 03/04 was read as the third of April or as the fourth of March, and who said so. */
function DayOrderChoice({
  made,
  busy,
  onDayOrder,
}: {
  made: Import;
  busy: boolean;
  onDayOrder: ((order: DayOrder) => void) | null;
}) {
  const t = useT();
  if (!made.day_order || !made.day_order_from) return null;
  return (
    <SelectField
      className="max-w-xl"
      label={t('import.day_order')}
      help={
        onDayOrder
          ? t(`import.day_order_from_${made.day_order_from}`)
          : `${t(`import.day_order_from_${made.day_order_from}`)} ${t('import.file_gone')}`
      }
      value={made.day_order}
      disabled={busy || !onDayOrder}
      options={[
        { value: 'day_first', label: t('import.day_order_day_first') },
        { value: 'month_first', label: t('import.day_order_month_first') },
      ]}
      onChange={(event) => onDayOrder?.(event.target.value === 'month_first' ? 'month_first' : 'day_first')}
    />
  );
}

/** Which of their columns feeds which of our fields. */
function Mapping({
  made,
  busy,
  onMap,
}: {
  made: Import;
  busy: boolean;
  onMap: ((mapping: Record<string, string>) => void) | null;
}) {
  const t = useT();
  const [mapping, setMapping] = useState(made.mapping);
  const fields = made.fields ?? [];
  if (fields.length === 0) return null;
  const nameOf = (field: string) => translateCode(`import.field_${field}`) ?? field;
  const missing = fields.filter((field) => field.required && !mapping[field.name]).map((field) => nameOf(field.name));
  const choices = (required: boolean) => (
    <div className="mt-2 grid gap-3 tab:grid-cols-2 wide:grid-cols-3">
      {fields
        .filter((field) => field.required === required)
        .map(({ name }) => (
          <SelectField
            key={name}
            label={nameOf(name)}
            value={mapping[name] ?? ''}
            options={[
              { value: '', label: t('import.no_column') },
              ...made.columns.map((column) => ({ value: column, label: column })),
            ]}
            onChange={(event) => {
              const { [name]: _, ...rest } = mapping;
              setMapping(event.target.value ? { ...rest, [name]: event.target.value } : rest);
            }}
          />
        ))}
    </div>
  );
  const why = !onMap
    ? t('import.file_gone')
    : missing.length > 0
      ? t('import.missing_fields', { list: missing.join(', ') })
      : null;
  return (
    <details open={made.state === 'failed' || made.good === 0} className="rounded border p-3">
      <summary className="min-h-6 font-semibold">{t('import.mapping')}</summary>
      <p className="mt-1 text-muted">{t('import.mapping_text')}</p>
      <h4 className="mt-3 font-semibold">{t('import.required_columns')}</h4>
      {choices(true)}
      <details className="mt-3">
        <summary className="min-h-6 w-fit font-semibold">{t('import.more_columns')}</summary>
        {choices(false)}
      </details>
      <div className="mt-3 flex flex-wrap items-center gap-3">
        <Button
          kind={made.state === 'failed' ? 'primary' : undefined}
          sends
          busy={busy}
          offBecause={why}
          onClick={() => onMap?.(mapping)}
        >
          {t('import.read_again')}
        </Button>
        {why && <span className="text-muted">{why}</span>}
      </div>
    </details>
  );
}

// What the server calls the parts of a sample, and the field of the file that each comes from.
const sampleFields: Record<string, string> = {
  amount: 'total',
  created: 'created_at',
  item: 'product_name',
  buyer: 'buyer_name',
};

function Sample({ rows, zone }: { rows: Record<string, string>[]; zone: string | undefined }) {
  const t = useT();
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <Section title={t('import.sample')}>
      <div className="overflow-x-auto rounded border" tabIndex={0} role="region" aria-label={t('import.sample')}>
        <table className="w-full border-collapse whitespace-nowrap">
          <thead className="bg-surface text-left text-small">
            <tr className="border-b">
              {names.map((name) => (
                <th key={name} className="h-8 px-3">
                  {translateCode(`import.field_${sampleFields[name] ?? name}`) ?? name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, place) => (
              <tr key={place} className="border-b last:border-b-0">
                {names.map((name) => (
                  <td
                    key={name}
                    className={cn('h-(--row) max-w-64 truncate px-3', name === 'amount' && 'text-right')}
                    title={cell(row, name)}
                  >
                    {cell(row, name)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );

  function cell(row: Record<string, string>, name: string) {
    const value = row[name] ?? '';
    if (name === 'status') return translateCode(`orders.status_${value}`) ?? value;
    return name === 'created' && value ? formatDateTime(value, zone) : value;
  }
}
