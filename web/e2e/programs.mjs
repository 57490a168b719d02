// Starts the real programs for a test: the sandbox marketplaces and the server, each on free loopback ports, with a
// data folder that lives as long as the test.

import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = process.env.STALLWARD_BIN ?? join(web, '../build/release/bin');
const startMs = 30_000;

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Starts a program and waits until `ready` makes something of its output. Its last words are told when it fails. */
function start(name, args, ready) {
  const path = join(folder, name);
  if (!existsSync(path))
    throw new Error(`${path} is not there: build it, or set STALLWARD_BIN to the folder that has it`);
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let log = '';
  const keep = (line) => {
    log = `${log}${line}\n`.slice(-8000);
  };
  const said = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} was not ready in time:\n${log}`)), startMs);
    createInterface({ input: child.stderr }).on('line', keep);
    createInterface({ input: child.stdout }).on('line', (line) => {
      keep(line);
      const made = ready(line);
      if (made === undefined) return;
      clearTimeout(late);
      resolve(made);
    });
    ended.then((code) => reject(new Error(`${name} ended with ${code}:\n${log}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(killer);
  };
  return { said, stop, log: () => log };
}

/** The sandbox marketplaces, with their control address. */
export async function startSandbox(...options) {
  const { said, stop, log } = start('stallward-sandbox', ['--listen', '127.0.0.1:0', ...options], (line) =>
    line.startsWith('{') ? JSON.parse(line) : undefined,
  );
  const facts = await said;
  const ask = async (method, path, body) => {
    const answer = await fetch(facts.control + path, { method, body: body && JSON.stringify(body) });
    const value = await answer.json();
    if (!answer.ok) throw new Error(`sandbox: ${method} ${path}: ${answer.status} ${JSON.stringify(value)}`);
    return value;
  };
  return { ...facts, ask, stop, log };
}

/** A fresh server. With `sandbox` its addresses may be called; with `demo` its shops are shown as the demo fleet. */
export async function startServer({ sandbox, demo = false } = {}) {
  const results = join(web, 'test-results');
  mkdirSync(results, { recursive: true });
  const data = mkdtempSync(join(results, 'data-'));
  const config = join(data, 'config.toml');
  writeFileSync(config, sandbox ? `extra_hosts = ["${sandbox.tiktok_shop}"]\n` : '');
  const args = [
    'serve',
    '--data',
    join(data, 'stallward'),
    '--listen',
    `127.0.0.1:${await freePort()}`,
    '--config',
    config,
  ];
  if (demo) args.push('--demo', new URL(sandbox.control).host);
  let origin;
  const { said, stop, log } = start('stallward', args, (line) => {
    origin ??= line.match(/ready: (http\S+)/)?.[1];
    const setup = line.match(/(http\S+\/setup#token=\S+)/)?.[1];
    return setup && { origin, setup };
  });
  const { setup } = await said;
  return {
    origin,
    setup,
    log,
    stop: async () => {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const stepMs = 30_000;

/** An authenticator app (RFC 6238). The server takes each step once and one step ahead, so it never gives one twice. */
export class Authenticator {
  constructor(secret) {
    const bits = [...secret.replace(/[\s=]/g, '')]
      .map((one) => base32.indexOf(one).toString(2).padStart(5, '0'))
      .join('');
    this.key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
    this.last = 0;
  }

  async next() {
    const now = () => Math.floor(Date.now() / stepMs);
    const step = Math.max(this.last + 1, now());
    while (step > now() + 1) await new Promise((resolve) => setTimeout(resolve, 500));
    this.last = step;
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const mac = createHmac('sha1', this.key).update(counter).digest();
    const at = mac[19] & 15;
    return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
  }
}
