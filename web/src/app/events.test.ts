import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { followEvents } from './events';

class Stream extends EventTarget {
  static all: Stream[] = [];
  static CLOSED = 2;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readyState = 1;
  constructor(readonly url: string) {
    super();
    Stream.all.push(this);
  }
  close() {
    this.readyState = 2;
  }
  say(change: object) {
    this.dispatchEvent(new MessageEvent('change', { data: JSON.stringify(change) }));
  }
}

// What two tabs of one browser share: channels that reach each other, and one lock.
class Channel {
  static all: Channel[] = [];
  onmessage: ((event: MessageEvent) => void) | null = null;
  constructor() {
    Channel.all.push(this);
  }
  postMessage(data: unknown) {
    for (const other of Channel.all) if (other !== this) other.onmessage?.(new MessageEvent('message', { data }));
  }
  close() {
    Channel.all = Channel.all.filter((other) => other !== this);
  }
}

let turn: Promise<unknown>;
const locks = {
  request: (_name: string, options: { signal: AbortSignal }, work: () => Promise<void>) => {
    turn = turn.then(() => (options.signal.aborted ? undefined : work()));
    return turn;
  },
};

const tick = () => vi.advanceTimersByTimeAsync(500);

describe('followEvents', () => {
  const stops: (() => void)[] = [];
  const tab = () => {
    const client = new QueryClient();
    const stale = vi.spyOn(client, 'invalidateQueries').mockResolvedValue();
    const stop = followEvents(client);
    stops.push(stop);
    return { stale, stop, keys: () => stale.mock.calls.map(([filter]) => filter?.queryKey?.[0]) };
  };
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('EventSource', Stream);
    vi.stubGlobal('BroadcastChannel', Channel);
    vi.stubGlobal('navigator', { locks });
    Stream.all = [];
    Channel.all = [];
    turn = Promise.resolve();
  });
  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('opens one stream for all tabs, and all hear it', async () => {
    const [one, two] = [tab(), tab()];
    await tick();
    expect(Stream.all).toHaveLength(1);
    Stream.all[0]?.say({ what: 'alerts', store: 's_1' });
    await tick();
    expect(one.keys()).toEqual(['alerts', 'alert', 'chats', 'chat', 'overview']);
    expect(two.keys()).toEqual(one.keys());
  });
  it('hands the stream over when its tab is closed', async () => {
    const one = tab();
    const two = tab();
    await tick();
    one.stop();
    await tick();
    expect(Stream.all).toHaveLength(2);
    Stream.all[1]?.say({ what: 'stores' });
    await tick();
    expect(two.keys()).toEqual(['stores', 'overview']);
  });
  it('makes one round of reading of a burst', async () => {
    const one = tab();
    await tick();
    for (let n = 0; n < 50; n += 1) Stream.all[0]?.say({ what: 'overview' });
    await tick();
    expect(one.keys()).toEqual(['overview']);
  });
  it('reads everything again after a gap, since nothing was heard in it', async () => {
    const one = tab();
    await tick();
    Stream.all[0]?.onopen?.();
    expect(one.stale).not.toHaveBeenCalled();
    Stream.all[0]?.onerror?.();
    Stream.all[0]?.onopen?.();
    expect(one.stale).toHaveBeenCalledWith();
  });
  it('bears what is no JSON', async () => {
    const one = tab();
    await tick();
    Stream.all[0]?.dispatchEvent(new MessageEvent('change', { data: 'x' }));
    await tick();
    expect(one.stale).not.toHaveBeenCalled();
  });
});
