import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { useCommand } from '~/app/keyboard';
import { ProblemNotice } from '~/app/problem-text';
import { usePhone } from '~/app/use-media';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { RadioGroup, TextArea, TextField } from '~/ui/Field';
import { FileDrop, fileBase64 } from '~/ui/FileDrop';
import { PageHead } from '~/ui/Page';
import { Skeleton } from '~/ui/Skeleton';
import { Tag } from '~/ui/Tag';
import { type Channel, type Draft, examples } from './examples';
import { Result } from './Result';

type Answer = { result: Schemas['CheckResult']; from: string };

const empty: Draft = { channel: 'email', text: '', subject: '', from: '' };
const channels: Channel[] = ['email', 'chat', 'sms', 'call', 'url'];
const largestMail = 25 * 1024 * 1024;

/** Judges a message that somebody pasted or dropped. Works without any store. */
export default function Checker() {
  const t = useT();
  const { example } = useSearch({ from: '/checker' });
  const navigate = useNavigate({ from: '/checker' });
  const phone = usePhone();
  const box = useRef<HTMLTextAreaElement>(null);
  const result = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Draft>(empty);
  const [file, setFile] = useState<File | null>(null);
  const [missing, setMissing] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asked = useRef(0);
  useCommand('filter', () => box.current?.focus());

  const check = async (what: Draft, mail: File | null) => {
    asked.current += 1;
    const mine = asked.current;
    setBusy(true);
    setError(null);
    setAnswer(null);
    try {
      const body = mail
        ? { channel: 'email' as const, eml_base64: await fileBase64(mail) }
        : {
            channel: what.channel,
            text: what.text,
            ...(what.channel === 'email' && what.subject && { subject: what.subject }),
            ...(what.from && { from: what.from }),
          };
      const judged = await call(() => api.POST('/checker', { body }));
      if (mine !== asked.current) return;
      setAnswer({ result: judged, from: mail?.name ?? '' });
      requestAnimationFrame(() => {
        result.current?.focus({ preventScroll: true });
        // Below the form on a narrow page, beside it on a wide one.
        if (phone) result.current?.scrollIntoView({ block: 'start' });
      });
    } catch (problem) {
      if (mine === asked.current) setError(problem);
    } finally {
      if (mine === asked.current) setBusy(false);
    }
  };
  const latestCheck = useRef(check);
  latestCheck.current = check;

  // An example comes by the address, so that it can be linked to.
  useEffect(() => {
    const chosen = examples.find((one) => one.id === example);
    if (!chosen) return;
    const { channel, text, subject, from } = chosen;
    setFile(null);
    setMissing(null);
    setDraft({ channel, text, subject, from });
    latestCheck.current({ channel, text, subject, from }, null);
  }, [example]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!file && draft.text.trim() === '') {
      setMissing(t('checker.text_missing'));
      box.current?.focus();
      return;
    }
    setMissing(null);
    check(draft, file);
  };
  const takeFile = (chosen: File) => {
    if (chosen.size > largestMail) {
      setMissing(t('checker.file_large'));
      return;
    }
    setMissing(null);
    setFile(chosen);
    setDraft({ ...draft, channel: 'email' });
    check(draft, chosen);
  };
  const clear = () => {
    asked.current += 1;
    setDraft({ ...empty, channel: draft.channel });
    setFile(null);
    setAnswer(null);
    setError(null);
    setMissing(null);
    setBusy(false);
    navigate({ search: {} });
    box.current?.focus();
  };
  const lang = examples.find((one) => one.id === example && one.text === draft.text)?.lang;

  return (
    <>
      <PageHead title={t('checker.title')} />
      <div className="grid gap-6 px-4 pb-12 wide:grid-cols-2">
        <form noValidate className="grid content-start gap-4" onSubmit={submit}>
          <RadioGroup
            label={t('checker.channel')}
            value={draft.channel}
            options={channels.map((value) => ({ value, label: t(`checker.channel_${value}`) }))}
            onChange={(channel) => setDraft({ ...draft, channel })}
          />
          {file ? (
            <div className="flex flex-wrap items-center gap-2">
              <Tag>{file.name}</Tag>
              <Button kind="quiet" onClick={clear}>
                {t('checker.other')}
              </Button>
            </div>
          ) : (
            <>
              {draft.channel === 'email' && (
                <div className="grid gap-4 tab:grid-cols-2">
                  <TextField
                    label={t('checker.from')}
                    help={t('checker.from_help')}
                    value={draft.from}
                    maxLength={1000}
                    autoComplete="off"
                    spellCheck={false}
                    onChange={(event) => setDraft({ ...draft, from: event.target.value })}
                  />
                  <TextField
                    label={t('checker.subject')}
                    value={draft.subject}
                    maxLength={2000}
                    autoComplete="off"
                    onChange={(event) => setDraft({ ...draft, subject: event.target.value })}
                  />
                </div>
              )}
              <TextArea
                ref={box}
                label={t(`checker.text_${draft.channel}`)}
                error={missing}
                value={draft.text}
                rows={8}
                maxLength={200_000}
                lang={lang}
                aria-keyshortcuts="/"
                onChange={(event) => setDraft({ ...draft, text: event.target.value })}
              />
              {draft.channel === 'email' && (
                <FileDrop
                  label={t('checker.file')}
                  accept=".eml,message/rfc822"
                  help={t('checker.file_help')}
                  onFile={takeFile}
                />
              )}
            </>
          )}
          <div className="flex flex-wrap items-center gap-2">
            <Button kind="primary" type="submit" sends busy={busy}>
              {t('checker.go')}
            </Button>
            {(draft.text || file) && (
              <Button kind="quiet" onClick={clear}>
                {t('checker.empty')}
              </Button>
            )}
            <span className="text-muted">{t('checker.stays')}</span>
          </div>
          <section aria-labelledby="examples" className="border-t pt-4">
            <h2 id="examples" className="mb-2 font-semibold text-section">
              {t('checker.examples')}
            </h2>
            <ul className="flex flex-wrap gap-2">
              {examples.map((one) => (
                <li key={one.id}>
                  <Button
                    onClick={() => (one.id === example ? takeExample(one) : navigate({ search: { example: one.id } }))}
                  >
                    {t(one.name)}
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        </form>
        <section aria-label={t('checker.result')} aria-busy={busy} className="min-w-0">
          <div ref={result} tabIndex={-1} className="focus:outline-none">
            {busy && <Skeleton rows={8} />}
            {error != null && (
              <ProblemNotice error={error} title={t('checker.failed')} onRetry={() => check(draft, file)} />
            )}
            {answer && <Result result={answer.result} lang={lang} />}
            {!busy && error == null && !answer && (
              <p className="rounded border border-dashed p-6 text-center text-muted">{t('checker.waiting')}</p>
            )}
          </div>
        </section>
      </div>
    </>
  );

  function takeExample(one: (typeof examples)[number]) {
    const { channel, text, subject, from } = one;
    setDraft({ channel, text, subject, from });
    setFile(null);
    check({ channel, text, subject, from }, null);
  }
}
