import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds for the whole dialogue: on a loaded machine a command alone takes seconds to come up. */
const LIMIT_MS = 60_000;

/** A question that comes up, and what is typed then. */
export type Exchange = readonly [question: string, answer: string];

/**
 * Runs a command of the shell at a pseudo-terminal that echoes, as one does where somebody types. Each
 * answer is typed once its question is there; gives everything that is on the screen in the end.
 * @param limitMs after which it is ended, and rejected with what is on the screen
 */
export async function atTerminal(
  command: string,
  variables: NodeJS.ProcessEnv,
  dialogue: readonly Exchange[],
  limitMs = LIMIT_MS,
): Promise<string> {
  const child = spawn('script', ['-q', '--echo', 'always', '-c', command, '/dev/null'], {
    env: { ...process.env, VMS_LANG: 'en', ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let isLate = false;
  const limit = setTimeout(() => {
    isLate = true;
    child.kill();
  }, limitMs);
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
  assert.ok(!isLate, `Not done after ${limitMs} ms. On the screen: ${screen}`);
  assert.deepEqual(waiting, [], screen);
  return screen;
}
