import { type FormEvent, type ReactNode, useState } from 'react';
import { Problem } from '~/api/problem';
import { ProblemNotice, problemText } from '~/app/problem-text';
import { Button } from '~/ui/Button';

/** Sends a form once at a time and sorts what goes wrong: beside a field when it is about one, else above the button. */
export function useSend() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const send = async (work: () => Promise<unknown>) => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const errorOf = (field: string) =>
    problem instanceof Problem && problem.field === field ? problemText(problem) : null;
  return { busy, problem, send, errorOf };
}

export type Sending = ReturnType<typeof useSend>;

/** A titled form with one primary button. `fields` are those that show their own errors. */
export function StepForm({
  title,
  text,
  submit,
  sending,
  fields = [],
  onSubmit,
  children,
  below,
}: {
  title: string;
  text?: ReactNode;
  submit: string;
  sending: Sending;
  fields?: string[];
  onSubmit: () => void;
  children: ReactNode;
  below?: ReactNode;
}) {
  const { problem, busy } = sending;
  const shownByField = problem instanceof Problem && problem.field !== null && fields.includes(problem.field);
  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <div className="grid gap-1">
        <h1 className="font-semibold text-page">{title}</h1>
        {text && <div className="text-muted">{text}</div>}
      </div>
      {children}
      {problem != null && !shownByField && <ProblemNotice error={problem} />}
      <Button kind="primary" type="submit" busy={busy} className="min-h-9">
        {submit}
      </Button>
      {below}
    </form>
  );
}
