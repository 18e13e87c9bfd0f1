import { createInterface } from 'node:readline/promises';
import { z } from 'zod';
import { CliError, EXIT } from '../../cli-error.ts';
import type { Invocation } from '../../command-line/commands.ts';
import type { CommandContext } from '../../command-line/context.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { type Text, translate, type Values } from '../../language/text.ts';
import { SystemApi } from '../../system-access/system-api.ts';
import { findInstallation } from '../installation.ts';
import { CAMERA_TEXTS } from './camera-texts.ts';
import { cameraNamed, listCameras } from './find-camera.ts';

/** Yes and sim, in both languages; whatever else begins so is none. */
const YES = /^\s*(?:y|yes|s|sim)\s*$/i;

/** `vms cameras remove` */
export async function removeCamera(
  { words, options }: Invocation<'cameras remove'>,
  { environment, terminal }: CommandContext,
): Promise<number> {
  const [asked = ''] = words;
  const api = await SystemApi.open(findInstallation(options, environment));
  const { id, name } = cameraNamed(await listCameras(api), asked);
  const deletes = options['delete-recordings'];
  if (!options.yes) {
    const question = deletes ? CAMERA_TEXTS.confirmDelete : CAMERA_TEXTS.confirmRemove;
    if (!(await confirm(question, { name, id }, terminal))) {
      terminal.say(CAMERA_TEXTS.notConfirmed);
      return EXIT.failure;
    }
  }
  const recordings = deletes ? 'delete' : 'keep';
  await api.call('DELETE', `/cameras/${id}?recordings=${recordings}`, z.null());
  terminal.say(deletes ? CAMERA_TEXTS.removedAll : CAMERA_TEXTS.removed, { name });
  terminal.result({ removed: { id, name }, recordings });
  return EXIT.ok;
}

/** Asks at the terminal. @throws CliError `cli.usage` where there is nobody to ask */
async function confirm(question: Text, values: Values, terminal: Terminal): Promise<boolean> {
  if (terminal.json || process.stdin.isTTY !== true) {
    throw new CliError('cli.usage', CAMERA_TEXTS.sayYes);
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${translate(question, terminal.language, values)} `);
    return YES.test(answer);
  } catch (error) {
    // Ctrl-C and Ctrl-D are a no.
    if (error instanceof Error && error.name === 'AbortError') return false;
    throw error;
  } finally {
    lines.close();
  }
}
