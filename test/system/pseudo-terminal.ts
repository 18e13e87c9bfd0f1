import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds after which a question that does not come is a failure. */
const LIMIT_MS = 20_000;

/** A question that comes up, and what is typed then. */
export type Exchange = readonly [question: string, answer: string];

/**
 * Runs a command of the shell at a pseudo-terminal that echoes, as one does where somebody types. Each
 * answer is typed once its question is there; gives everything that is on the screen in the end.
 */
export async function atTerminal(
  command: string,
  variables: NodeJS.ProcessEnv,
  dialogue: readonly Exchange[],
): Promise<string> {
  const child = spawn('script', ['-q', '--echo', 'always', '-c', command, '/dev/null'], {
    env: { ...process.env, VMS_LANG: 'en', ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const limit = setTimeout(() => child.kill(), LIMIT_MS);
  const waiting = [...dialogue];
  let screen = '';
  let answeredAt = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += text;
    const [next] = waiting;
    if (next === undefined || !screen.slice(answeredAt).includes(next[0])) return;
    waiting.shift();
    answeredAt = screen.length;
    child.stdin.write(next[1]);
  });
  await once(child, 'close');
  clearTimeout(limit);
  assert.deepEqual(waiting, [], screen);
  return screen;
}
