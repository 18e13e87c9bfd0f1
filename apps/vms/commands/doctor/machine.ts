import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

/** Milliseconds that a program which is asked has to answer. */
const ASK_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** What a program said; `code` is null where it could not be started or did not end in time. */
export interface ProgramAnswer {
  readonly isThere: boolean;
  readonly code: number | null;
  readonly output: string;
}

/** What is asked of the machine; an interface, so that machines of all kinds can be tested. */
export interface Machine {
  ask(program: string, ...args: readonly string[]): Promise<ProgramAnswer>;
  /** Undefined where it cannot be read. */
  read(path: string): Promise<string | undefined>;
  readonly nodeVersion: string;
  readonly isRoot: boolean;
}

export const thisMachine: Machine = {
  ask(program, ...args) {
    return new Promise((resolve) => {
      execFile(
        program,
        args,
        {
          timeout: ASK_TIMEOUT_MS,
          maxBuffer: MAX_ANSWER_BYTES,
          // Programs of administrators are not in everybody's path; answers are read in English.
          env: { ...process.env, LC_ALL: 'C', PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` },
        },
        (error, stdout, stderr) => {
          const isThere = error === null || error.code !== 'ENOENT';
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
          resolve({ isThere, code, output: stdout + stderr });
        },
      );
    });
  },
  async read(path) {
    try {
      return await readFile(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  nodeVersion: process.version,
  isRoot: process.getuid?.() === 0,
};
