import { useT } from '~/app/words';
import { cn } from './cn';

export const severities = ['critical', 'high', 'medium', 'low', 'ok', 'info', 'unknown'] as const;
export type Severity = (typeof severities)[number];

const colours: Record<Severity, string> = {
  critical: 'text-critical bg-critical-tint',
  high: 'text-high bg-high-tint',
  medium: 'text-medium bg-medium-tint',
  low: 'text-low bg-low-tint',
  ok: 'text-ok bg-ok-tint',
  info: 'text-info bg-info-tint',
  unknown: 'text-muted bg-surface',
};

export const severityColours = (severity: Severity) => colours[severity];

/** The shape of a severity: readable without colour. */
export function SeverityShape({ severity, className }: { severity: Severity; className?: string }) {
  const knock = 'stroke-bg';
  return (
    <svg viewBox="0 0 16 16" className={cn('size-3.5 shrink-0', className)} aria-hidden="true" fill="currentColor">
      {severity === 'critical' && <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />}
      {severity === 'high' && <path d="M8 1.5 15.5 14.5H.5z" />}
      {severity === 'medium' && <path d="M8 .8 15.2 8 8 15.2.8 8z" />}
      {severity === 'low' && <circle cx="8" cy="8" r="3.5" />}
      {severity === 'ok' && <path d="M2.5 8.5 6.5 12.5 13.5 4" fill="none" stroke="currentColor" strokeWidth="2.4" />}
      {severity === 'info' && (
        <>
          <circle cx="8" cy="8" r="7" />
          <path d="M8 7v5M8 4v1.5" className={knock} strokeWidth="1.8" />
        </>
      )}
      {severity === 'unknown' && (
        <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="2.6 2.2" />
      )}
    </svg>
  );
}

/** Shape and word of a severity. `info` has no word of its own. `cut`: on one line, with the whole text on hover. */
export function SeverityTag({ severity, text, cut }: { severity: Severity; text?: string; cut?: boolean }) {
  const t = useT();
  const word = text ?? (severity === 'info' ? '' : t(`ui.severity_${severity}`));
  return (
    <span
      title={cut ? word : undefined}
      className={cn(
        'inline-flex max-w-full items-center gap-1 rounded px-1.5 py-0.5 font-semibold text-small leading-tight',
        colours[severity],
        severity === 'unknown' && 'border border-dashed',
      )}
    >
      <SeverityShape severity={severity} />
      {word && <span className={cn('min-w-0', cut && 'truncate')}>{word}</span>}
    </span>
  );
}
