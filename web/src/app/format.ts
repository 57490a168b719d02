import { languages } from './languages';
import { currentLanguage } from './words';

const cache = new Map<string, Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>();

function cached<F extends Intl.DateTimeFormat | Intl.NumberFormat | Intl.RelativeTimeFormat>(
  kind: string,
  options: object,
  make: (locale: string) => F,
): F {
  const language = languages.find((known) => known.code === currentLanguage());
  const locale = language?.dates ?? 'en-GB';
  const key = `${kind}|${locale}|${JSON.stringify(options)}`;
  const found = cache.get(key) as F | undefined;
  if (found) return found;
  const made = make(locale);
  cache.set(key, made);
  return made;
}

/** A zone that is not known (yet), or that this browser does not know, gives way to the viewer's own. */
function knownZone(zone: string | undefined): string | undefined {
  if (!zone) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone && zone;
  } catch {
    return undefined;
  }
}

function dateFormat(options: Intl.DateTimeFormatOptions) {
  return cached(
    'date',
    options,
    (locale) => new Intl.DateTimeFormat(locale, { ...options, timeZone: knownZone(options.timeZone) }),
  );
}

/** An amount of minor units with its currency; the server says how many decimals the marketplaces write. */
export function formatMoney(minor: number, currency: string, digits: number): string {
  const text = String(minor);
  const negative = text.startsWith('-');
  const bare = (negative ? text.slice(1) : text).padStart(digits + 1, '0');
  const whole = digits === 0 ? bare : `${bare.slice(0, -digits)}.${bare.slice(-digits)}`;
  const options: Intl.NumberFormatOptions = {
    style: 'currency',
    currency,
    currencyDisplay: 'code',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  };
  try {
    const format = cached('money', options, (locale) => new Intl.NumberFormat(locale, options));
    // A decimal string keeps all its digits where a number would be rounded.
    return format.format(`${negative ? '-' : ''}${whole}` as unknown as number);
  } catch {
    return `${currency} ${negative ? '-' : ''}${whole}`;
  }
}

export function formatNumber(value: number): string {
  return cached('number', {}, (locale) => new Intl.NumberFormat(locale)).format(value);
}

export function formatDateTime(time: string | number | Date, timeZone?: string): string {
  return dateFormat({ dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(time));
}

/** Day, month and time; the year instead of the time when it is another one. */
export function formatShort(time: string | number | Date, now: number, timeZone?: string): string {
  const thisYear = new Date(time).getUTCFullYear() === new Date(now).getUTCFullYear();
  const options: Intl.DateTimeFormatOptions = thisYear
    ? { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZone }
    : { dateStyle: 'medium', timeZone };
  return dateFormat(options).format(new Date(time));
}

export function formatDate(time: string | number | Date, timeZone?: string): string {
  return dateFormat({ dateStyle: 'medium', timeZone }).format(new Date(time));
}

export function formatTime(time: string | number | Date, timeZone?: string): string {
  return dateFormat({ timeStyle: 'short', timeZone }).format(new Date(time));
}

/** Date and time to the second with the zone's name, for audit entries and tooltips. */
export function formatExact(time: string | number | Date, timeZone?: string): string {
  const at = new Date(time);
  // Asked for together, Thai spells hours, minutes and seconds out in words.
  const zone = (dateFormat({ timeZoneName: 'short', timeZone }) as Intl.DateTimeFormat)
    .formatToParts(at)
    .find((part) => part.type === 'timeZoneName')?.value;
  return `${dateFormat({ dateStyle: 'medium', timeStyle: 'medium', timeZone }).format(at)} ${zone ?? ''}`.trim();
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
  ['year', Number.POSITIVE_INFINITY],
];

/** "3 minutes ago" or "in 2 days"; what is less than a minute old is "now", so that nothing counts seconds. */
export function formatRelative(time: string | number | Date, now: number): string {
  let value = (new Date(time).getTime() - now) / 1000;
  if (value < 0 && value > -60) value = 0;
  for (const [unit, size] of steps) {
    if (Math.abs(value) < size) {
      const options: Intl.RelativeTimeFormatOptions = { numeric: 'auto' };
      return cached('relative', options, (locale) => new Intl.RelativeTimeFormat(locale, options)).format(
        Math.trunc(value),
        unit,
      );
    }
    value /= size;
  }
  return '';
}

/** "3 h" or "2 days": a length of time without direction. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [value, unit] =
    seconds < 60
      ? [seconds, 'second']
      : seconds < 3600
        ? [Math.floor(seconds / 60), 'minute']
        : seconds < 86_400
          ? [Math.floor(seconds / 3600), 'hour']
          : [Math.floor(seconds / 86_400), 'day'];
  const options: Intl.NumberFormatOptions = { style: 'unit', unit: unit as string, unitDisplay: 'short' };
  return cached('span', options, (locale) => new Intl.NumberFormat(locale, options)).format(value as number);
}
