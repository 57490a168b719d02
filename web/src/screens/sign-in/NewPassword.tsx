import { useEffect, useState } from 'react';
import { api, call } from '~/api/client';
import { translateCode, useT } from '~/app/words';
import { cn } from '~/ui/cn';
import { SecretField } from '~/ui/Field';
import { SeverityShape } from '~/ui/Severity';

const waitMs = 300;

// As the server counts them.
const leastAlone = 15;
const textColours = { ok: 'text-ok', medium: 'text-medium', critical: 'text-critical' };
const colours = ['bg-critical', 'bg-critical', 'bg-high', 'bg-ok', 'bg-ok'];

/** A field for a new password with a strength meter. The server rates it; it knows the common passwords. */
export function NewPassword({
  label,
  value,
  onChange,
  context,
  error,
  least = leastAlone,
  besideFactor,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** Names that the password should not contain. */
  context: string[];
  error?: string | null;
  /** Fewest characters: 15 until a second factor is set up, 12 after. */
  least?: number;
  /** Fewest characters for somebody who has a second factor, where it is not known yet whether this person has one. */
  besideFactor?: number;
}) {
  const t = useT();
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(value), waitMs);
    return () => clearTimeout(timer);
  }, [value]);
  const names = context.map((name) => name.trim()).filter((name) => name.length >= 3);
  const rated = useRating(asked, names);
  const rating = asked === value ? rated : undefined;
  // Whoever has a second factor may take this password; the server knows who that is only when the link is used.
  const perhaps =
    besideFactor !== undefined && rating?.reason === 'password.too_short' && [...value].length >= besideFactor;
  const reason = rating?.reason
    ? perhaps
      ? t('ui.password_beside_factor', { least })
      : translateCode(`ui.${rating.reason}`, { least: besideFactor ?? least })
    : null;
  const severity = perhaps ? 'medium' : rating?.acceptable ? 'ok' : 'critical';
  return (
    <div className="grid gap-1">
      <SecretField
        label={label}
        help={
          besideFactor === undefined
            ? t('ui.new_password_help', { least })
            : t('ui.new_password_help_link', { least, beside: besideFactor })
        }
        error={error}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        autoComplete="new-password"
        maxLength={1024}
      />
      <div className="min-h-10" aria-live="polite">
        {value !== '' && rating && (
          <div className="grid gap-1">
            <div className="flex gap-1" aria-hidden="true">
              {[0, 1, 2, 3].map((step) => (
                <span
                  key={step}
                  className={cn('h-1.5 grow rounded-full', step < rating.score ? colours[rating.score] : 'bg-line')}
                />
              ))}
            </div>
            <p className={cn('flex items-center gap-1 text-small', textColours[severity])}>
              <SeverityShape severity={severity} />
              {reason ?? t(`ui.strength_${rating.score as 0 | 1 | 2 | 3 | 4}`)}
            </p>
          </div>
        )}
      </div>
    </div>
  );
}

type Rating = { score: number; acceptable: boolean; reason?: string };

/** Asks the server; the newest question wins. Nothing of it is kept anywhere. */
function useRating(password: string, names: string[]): Rating | undefined {
  const [rating, setRating] = useState<Rating>();
  const context = names.join('\n');
  useEffect(() => {
    if (password === '') {
      setRating(undefined);
      return;
    }
    let current = true;
    call(() => api.POST('/password-strength', { body: { password, context: context.split('\n').filter(Boolean) } }))
      .then((answer) => current && setRating(answer))
      .catch(() => current && setRating(undefined));
    return () => {
      current = false;
    };
  }, [password, context]);
  return rating;
}
