import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll } from 'vitest';

// Stands in for the API in unit tests; a request that no test expects is an error.
export const server = setupServer();

/** Call at the top of a test file. */
export function serveTests() {
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
}

export const problem = (status: number, code: string, more: object = {}) =>
  Response.json(
    { type: 'about:blank', title: code, status, code, request_id: 'req_1', ...more },
    { status, headers: { 'Content-Type': 'application/problem+json' } },
  );
