import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { freePorts } from '../test/system/free-ports.ts';
import { askAll, openSockets, startUpstream, untilAnswered } from './gateway-load.ts';
import { moveToLoadCore } from './live-system.ts';
import { measureCpu, median } from './measure.ts';
import { pinned, TEST_CORE } from './recorder.ts';

export interface GatewayBenchOptions {
  readonly seconds: number;
  readonly pairs: number;
  /** WebSockets that are open while memory is watched. */
  readonly sockets: number;
}

/** What the benchmark prints as its last line, and more for the results file. */
export interface GatewayBenchResult {
  readonly summary: {
    readonly bench: 'gateway';
    readonly getsPerSecond: number;
    readonly usPerGet: number;
    readonly usPerPost: number;
    /** NaN where there is no nginx. */
    readonly nginxUsPerGet: number;
    readonly sockets: number;
    readonly socketsRssMb: number;
    /** Of the process, from the middle of the time to its end. */
    readonly socketsRssGrowthMb: number;
  };
  readonly load: Readonly<Record<string, number>>;
}

const CONNECTIONS = 32;
const POST_BODY = Buffer.alloc(1024, 'x');
const WARM_UP_MS = 2_000;
const START_MS = 10_000;

interface Proxy {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

interface Figures {
  readonly perSecond: number;
  readonly usPerRequest: number;
}

/** CPU of the gateway for a request, beside nginx's on the same load, and its memory with viewers. */
export async function benchGateway(options: GatewayBenchOptions): Promise<GatewayBenchResult> {
  moveToLoadCore();
  const upstream = await startUpstream();
  try {
    const gets: Figures[] = [];
    const posts: Figures[] = [];
    const peers: Figures[] = [];
    for (let pair = 0; pair < options.pairs; pair++) {
      const ours = await startGateway(upstream.url);
      gets.push(await measure(ours, options.seconds, undefined));
      posts.push(await measure(ours, options.seconds, POST_BODY));
      await ours.stop();
      const peer = await startNginx(upstream.url);
      if (peer === undefined) continue;
      peers.push(await measure(peer, options.seconds, undefined));
      await peer.stop();
    }
    const memory = await watchMemory(upstream.url, options);
    const of = (figures: Figures[], key: keyof Figures): number =>
      Math.round(median(figures.map((each) => each[key])));
    return {
      summary: {
        bench: 'gateway',
        getsPerSecond: of(gets, 'perSecond'),
        usPerGet: of(gets, 'usPerRequest'),
        usPerPost: of(posts, 'usPerRequest'),
        nginxUsPerGet: of(peers, 'usPerRequest'),
        sockets: options.sockets,
        socketsRssMb: memory.rssMb,
        socketsRssGrowthMb: memory.growthMb,
      },
      load: { connections: CONNECTIONS, seconds: options.seconds, pairs: options.pairs },
    };
  } finally {
    upstream.stop();
  }
}

async function measure(
  { url, pid }: Proxy,
  seconds: number,
  body: Buffer | undefined,
): Promise<Figures> {
  await askAll(url, { connections: CONNECTIONS, milliseconds: WARM_UP_MS, body });
  const end = measureCpu([pid]);
  const startedAt = performance.now();
  const load = { connections: CONNECTIONS, milliseconds: seconds * 1000, body };
  const answered = await askAll(url, load);
  const took = (performance.now() - startedAt) / 1000;
  const figures = { perSecond: answered / took, usPerRequest: (end().totalMs * 1000) / answered };
  process.stderr.write(
    `${figures.perSecond.toFixed()} requests/s, ${figures.usPerRequest.toFixed()} µs each\n`,
  );
  return figures;
}

async function watchMemory(upstream: string, { seconds, sockets }: GatewayBenchOptions) {
  const { url, pid, stop } = await startGateway(upstream);
  const viewers = await openSockets(url, sockets);
  const rss = (): number => measureCpu([pid])().residentBytes;
  try {
    await wait((seconds * 1000) / 2);
    const middle = rss();
    await wait((seconds * 1000) / 2);
    const end = rss();
    return { rssMb: toMb(end), growthMb: toMb(end - middle) };
  } finally {
    viewers.close();
    await stop();
  }
}

function toMb(bytes: number): number {
  return Math.round(bytes / 100_000) / 10;
}

async function startGateway(upstream: string): Promise<Proxy> {
  const [command, args] = pinned(TEST_CORE, [
    process.execPath,
    join(import.meta.dirname, 'gateway-process.ts'),
    upstream,
  ]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { url, pid: child.pid ?? 0, stop: () => ended(child) };
}

/** Debian's nginx, with kept connections to the service; undefined where it is not installed. */
async function startNginx(upstream: string): Promise<Proxy | undefined> {
  const [port = 0] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'vms-nginx-'));
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, nginxConfiguration(folder, port, new URL(upstream).host));
  const [command, args] = pinned(TEST_CORE, ['nginx', '-p', folder, '-c', file, '-e', 'stderr']);
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true });
  };
  const isThere = await Promise.race([
    untilAnswered(url, START_MS).then(() => true),
    once(child, 'exit').then(() => false),
  ]);
  if (isThere) return { url, pid: child.pid ?? 0, stop };
  rmSync(folder, { recursive: true });
  process.stderr.write('There is no nginx to compare with: apt-get install nginx-light.\n');
  return undefined;
}

function nginxConfiguration(folder: string, port: number, upstream: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, name)};`)
    .join('\n');
  return `daemon off; master_process off; worker_processes 1; pid ${join(folder, 'pid')};
events { worker_connections 1024; }
http {
  keepalive_requests 100000000; access_log off; ${temporary}
  upstream service { server ${upstream}; keepalive 64; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
`;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = once(child, 'exit');
  child.kill();
  await exit;
}
