import { http } from 'msw';
import { describe, expect, it, vi } from 'vitest';
import { problem, server, serveTests } from '~/test/server';
import { api, call, connectClient } from './client';
import { Problem } from './problem';

serveTests();

const url = (path: string) => `${location.origin}/api/v1${path}`;

describe('client', () => {
  it('marks every write as ours and no read', async () => {
    const seen: (string | null)[] = [];
    server.use(
      http.post(url('/sign-out'), ({ request }) => {
        seen.push(request.headers.get('X-Stallward'), request.headers.get('Content-Type'));
        return new Response(null, { status: 204 });
      }),
      http.get(url('/stores'), ({ request }) => {
        seen.push(request.headers.get('X-Stallward'));
        return Response.json({ rows: [], as_of: '2026-01-01T00:00:00Z' });
      }),
    );
    await call(() => api.POST('/sign-out', {}));
    await call(() => api.GET('/stores'));
    expect(seen).toEqual(['1', 'application/json', null]);
  });

  it('repeats array parameters by name', async () => {
    let query = '';
    server.use(
      http.get(url('/orders'), ({ request }) => {
        query = new URL(request.url).search;
        return problem(400, 'request.field');
      }),
    );
    await expect(call(() => api.GET('/orders', { params: { query: { store: ['s_1', 's_2'] } } }))).rejects.toThrow();
    expect(query).toBe('?store=s_1&store=s_2');
  });

  it('asks for a fresh second factor and sends the request once more', async () => {
    const stepUp = vi.fn(async () => true);
    connectClient({ stepUp, sessionEnded: vi.fn() });
    let tries = 0;
    server.use(
      http.post(url('/stores/connect'), () => {
        tries += 1;
        return tries === 1 ? problem(403, 'step_up_required') : Response.json({ url: 'https://platform.example' });
      }),
    );
    const answer = await call(() => api.POST('/stores/connect', { body: { platform: 'tiktok_shop' } }));
    expect(answer.url).toBe('https://platform.example');
    expect([tries, stepUp.mock.calls.length]).toEqual([2, 1]);
  });

  it('does not send again when the person turns the question away', async () => {
    connectClient({ stepUp: async () => false, sessionEnded: vi.fn() });
    let tries = 0;
    server.use(
      http.post(url('/stores/connect'), () => {
        tries += 1;
        return problem(403, 'step_up_required');
      }),
    );
    const sent = call(() => api.POST('/stores/connect', { body: { platform: 'tiktok_shop' } }));
    await expect(sent).rejects.toMatchObject({ code: 'step_up_required' });
    expect(tries).toBe(1);
  });

  it('tells that the session is over, but not for a wrong password', async () => {
    const sessionEnded = vi.fn();
    connectClient({ stepUp: async () => false, sessionEnded });
    server.use(
      http.post(url('/sign-in'), () => problem(401, 'session.refused')),
      http.get(url('/stores'), () => problem(401, 'session.required')),
    );
    await expect(call(() => api.POST('/sign-in', { body: { login: 'a', password: 'b' } }))).rejects.toThrow();
    expect(sessionEnded).not.toHaveBeenCalled();
    await expect(call(() => api.GET('/stores'))).rejects.toThrow();
    expect(sessionEnded).toHaveBeenCalledTimes(1);
  });

  it('makes a Problem of a foreign answer and of no answer', async () => {
    server.use(
      http.get(url('/stores'), () => new Response('<html>', { status: 502, headers: { 'Content-Type': 'text/html' } })),
    );
    await expect(call(() => api.GET('/stores'))).rejects.toMatchObject({ code: 'client.bad_answer', status: 502 });
    server.use(http.get(url('/stores'), () => Response.error()));
    const failed = await call(() => api.GET('/stores')).catch((error) => error);
    expect(failed).toBeInstanceOf(Problem);
    expect(failed.code).toBe('client.unreachable');
  });
});
