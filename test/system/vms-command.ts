import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '..', '..', 'apps', 'vms', 'main.ts');

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The one document on standard output; tests look into it as they like. */
  // biome-ignore lint/suspicious/noExplicitAny: shapes are what the tests assert.
  readonly json: any;
}

export interface CommandOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Sent to its standard input, which is then at its end. */
  readonly input?: string;
}

/** Runs `vms` to its end, in English where the environment says nothing else. */
export async function runVms(
  args: readonly string[],
  { environment = {}, input = '' }: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    env: { ...process.env, VMS_LANG: 'en', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const isJson = args.includes('--json') && stdout !== '';
  return { code, stdout, stderr, json: isJson ? JSON.parse(stdout) : undefined };
}
