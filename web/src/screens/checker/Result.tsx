import type { Schemas } from '~/api/client';
import { toVerdict } from '~/app/verdict';
import { translateCode, useT } from '~/app/words';
import { Section } from '~/ui/Drawer';
import { MarkedText } from '~/ui/MarkedText';
import { ReasonCard } from '~/ui/ReasonCard';
import { type Severity, SeverityTag } from '~/ui/Severity';

type CheckResult = Schemas['CheckResult'];

const authentication: Record<'pass' | 'fail' | 'none' | 'unknown', Severity> = {
  pass: 'ok',
  fail: 'high',
  none: 'medium',
  unknown: 'unknown',
};

/** The verdict with its reasons, then what it was made of: the marked text, the sender, the links. */
export function Result({ result, lang }: { result: CheckResult; lang?: string }) {
  const t = useT();
  const { sender, links, oddities = [] } = result;
  return (
    <div className="grid gap-6">
      <ReasonCard
        verdict={toVerdict({
          ...result,
          rules: [{ id: t('checker.rules'), version: result.rules_version }],
        })}
      />
      {result.parts.map((part) => (
        <Section key={part.name} title={partName(part.name)}>
          <div className="max-h-96 overflow-y-auto rounded border bg-surface p-3">
            <MarkedText
              lang={lang}
              text={part.text}
              spans={result.reasons.map((reason) => (reason.at?.part === part.name ? reason.at : { from: 0, to: 0 }))}
            />
          </div>
        </Section>
      ))}
      {sender && (
        <Section title={t('checker.sender')}>
          <p className="[overflow-wrap:anywhere]">
            {sender.display && <span className="font-semibold">{sender.display} </span>}
            <span className="font-mono">{sender.address}</span>
          </p>
          <p className="mt-2 flex flex-wrap gap-2">
            <SeverityTag
              severity={sender.official ? 'ok' : 'info'}
              text={sender.official ? t('checker.sender_official') : t('checker.sender_foreign')}
            />
            {sender.authentication && (
              <SeverityTag
                severity={authentication[sender.authentication]}
                text={t(`checker.authentication_${sender.authentication}`)}
              />
            )}
          </p>
        </Section>
      )}
      {links.length > 0 && (
        <Section title={t('checker.links')}>
          <ul className="grid gap-2">
            {links.map((link, place) => (
              <li key={place} className="flex flex-wrap items-start gap-x-3 gap-y-1">
                <SeverityTag
                  severity={link.official ? 'ok' : 'info'}
                  text={link.official ? t('checker.link_official') : t('checker.link_foreign')}
                />
                <span className="min-w-0 grow basis-64">
                  <span className="block font-mono [overflow-wrap:anywhere]">{link.url}</span>
                  {link.label && (
                    <span className="block text-muted">{t('checker.link_label', { label: link.label })}</span>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {oddities.length > 0 && (
        <Section title={t('checker.oddities')}>
          <ul className="grid list-disc gap-1 pl-5">
            {oddities.map((key) => (
              <li key={key}>{translateCode(`checker.oddity_${key}`) ?? key}</li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );

  // Names are "subject", "text", "html", "attachment:1:invoice.pdf".
  function partName(name: string) {
    const [kind, , ...file] = name.split(':');
    if (kind === 'attachment') return t('checker.part_attachment', { name: file.join(':') });
    return translateCode(`checker.part_${kind}`) ?? t('checker.part_more');
  }
}
