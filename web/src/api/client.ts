import createClient from 'openapi-fetch';
import { setReachable } from '~/app/online';
import { Problem, problemFrom } from './problem';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];

export const api = createClient<paths>({
  baseUrl: `${location.origin}/api/v1`,
  credentials: 'same-origin',
  querySerializer: { array: { style: 'form', explode: true } },
  // Looked up at each call, so that tests can put their own in its place.
  fetch: (request) => globalThis.fetch(request),
});

api.use({
  onRequest({ request }) {
    if (request.method !== 'GET') {
      request.headers.set('X-Stallward', '1');
      request.headers.set('Content-Type', 'application/json');
    }
    return request;
  },
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

let stepUp: () => Promise<boolean> = async () => false;
let sessionEnded: () => void = () => {};

/** Wires in what the shell knows: how to ask for a fresh second factor, and what to do when the session is over. */
export function connectClient(wires: { stepUp: () => Promise<boolean>; sessionEnded: () => void }) {
  stepUp = wires.stepUp;
  sessionEnded = wires.sessionEnded;
}

async function once<T>(send: () => Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>;
  try {
    answer = await send();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    setReachable(false);
    throw new Problem({ code: 'client.unreachable', status: 0 });
  }
  setReachable(true);
  if (answer.response.ok) return answer.data as T;
  throw problemFrom(answer.response.status, answer.error);
}

/**
 * Sends a request and gives its data, or throws a Problem. When the server wants a fresh second factor the person is
 * asked, and the request is sent once more. The server did nothing the first time, so nothing is done twice.
 */
export async function call<T>(send: () => Promise<Answer<T>>): Promise<T> {
  try {
    return await once(send);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === 'step_up_required' && (await stepUp())) return once(send);
    // A wrong password is answered with 401 too; that ends nothing.
    if (error.status === 401 && error.code !== 'session.refused') sessionEnded();
    throw error;
  }
}
