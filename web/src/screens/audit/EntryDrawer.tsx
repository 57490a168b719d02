import type { ReactNode } from 'react';
import type { Schemas } from '~/api/client';
import type { Store } from '~/api/queries';
import { formatExact } from '~/app/format';
import { useT } from '~/app/words';
import { Drawer, Facts, Section } from '~/ui/Drawer';
import { detailText, kindText } from './entry';

export function EntryDrawer({
  row,
  actor,
  store,
  onClose,
}: {
  row: Schemas['AuditRow'];
  actor: string;
  store: Store | undefined;
  onClose: () => void;
}) {
  const t = useT();
  const details = Object.entries(row.detail ?? {});
  const facts: [string, ReactNode][] = [
    [t('audit.when'), formatExact(row.at)],
    [t('audit.who'), actor],
    [
      t('audit.object'),
      <span key="object" className="font-mono">
        {row.object || '–'}
      </span>,
    ],
    [t('audit.address'), row.address ?? '–'],
    [t('audit.position'), row.position >= 0 ? row.position : t('audit.not_sequenced')],
    [
      t('audit.kind'),
      <span key="kind" className="font-mono">
        {row.kind}
      </span>,
    ],
  ];
  if (store) facts.splice(2, 0, [t('audit.store'), store.name]);
  return (
    <Drawer open onClose={onClose} title={kindText(t, row.kind)}>
      <Section title={t('audit.facts')}>
        <Facts rows={facts} />
      </Section>
      {details.length > 0 && (
        <Section title={t('audit.details')}>
          <Facts
            rows={details.map(([name, value]) => {
              const [label, text] = detailText(name, value);
              return [
                label,
                <span key={name} className="[overflow-wrap:anywhere]">
                  {text || '–'}
                </span>,
              ];
            })}
          />
        </Section>
      )}
    </Drawer>
  );
}
