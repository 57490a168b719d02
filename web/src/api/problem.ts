/** An error answer of the server (RFC 9457): a stable code with arguments, put into words where it is shown. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly args: Record<string, string>;
  readonly requestId: string | null;
  /** The input that it is about. */
  readonly field: string | null;
  readonly retryAfterS: number | null;

  constructor(init: {
    code: string;
    status: number;
    args?: Record<string, string>;
    request_id?: string;
    field?: string;
    retry_after_s?: number;
  }) {
    super(init.code);
    this.name = 'Problem';
    this.code = init.code;
    this.status = init.status;
    this.args = init.args ?? {};
    this.requestId = init.request_id ?? null;
    this.field = init.field ?? null;
    this.retryAfterS = init.retry_after_s ?? null;
  }
}

/** True when this version has nothing for the platform that was asked about. */
export const isNotOffered = (error: unknown) =>
  error instanceof Problem && (error.code === 'platform.not_offered' || error.status === 404);

/** The answer was not one of ours: a proxy in between, or a server that is stopping. */
const foreign = (status: number) => new Problem({ code: 'client.bad_answer', status });

/** Makes a Problem of an error body, whatever it is. */
export function problemFrom(status: number, body: unknown): Problem {
  if (typeof body !== 'object' || body === null || !('code' in body) || typeof body.code !== 'string') {
    return foreign(status);
  }
  return new Problem({ ...(body as { code: string }), status });
}
