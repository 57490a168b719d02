import { useMemo } from 'react';
import { useT } from '~/app/words';
import { SelectField } from './Select';

/** All time zones that the browser knows; one it does not know stays choosable. */
export function TimeZoneField({
  label,
  help,
  value,
  empty,
  onChange,
}: {
  label: string;
  help?: string;
  value: string;
  /** What an empty value means, when it is allowed. */
  empty?: string;
  onChange: (zone: string) => void;
}) {
  const t = useT();
  const options = useMemo(() => {
    const zones = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
    if (value) zones.add(value);
    return [
      ...(empty !== undefined || value === '' ? [{ value: '', label: empty ?? t('ui.none_chosen') }] : []),
      ...[...zones].sort().map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
    ];
  }, [value, empty, t]);
  return (
    <SelectField
      label={label}
      help={help}
      value={value}
      options={options}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
