import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ViewerCount } from './load-viewer.ts';
import { LOAD_CORE, pinned } from './recorder.ts';

const MAIN = join(import.meta.dirname, 'viewer-load.ts');

/** What the load is told. */
export type LoadCommand =
  | { readonly do: 'connect'; readonly views: readonly { url: string; token: string }[] }
  | { readonly do: 'packets' | 'drop' | 'count' };

/** What it answers. */
export interface LoadAnswer {
  /** That all viewers got so far. */
  readonly packets: number;
  readonly viewers?: readonly ViewerCount[];
}

/** The process of the viewers, on the core of the load. */
export interface ViewerLoad {
  tell(command: LoadCommand): Promise<LoadAnswer>;
  stop(): Promise<void>;
}

export function startViewerLoad(): ViewerLoad {
  const [command, args] = pinned(LOAD_CORE, [process.execPath, MAIN]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  return {
    async tell(message) {
      child.stdin.write(`${JSON.stringify(message)}\n`);
      const { done, value } = await lines.next();
      if (done === true) throw new Error('The process of the viewers ended.');
      return JSON.parse(value) as LoadAnswer;
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
