import { systemAnswers } from './answers.ts';
import { api } from './client.ts';
import { ApiProblem } from './problem.ts';
import type { Recording } from './types.ts';

/**
 * Hands a recording to the browser's downloads, once the system has begun to give it.
 * @throws ApiProblem where it does not
 */
export async function downloadRecording(recording: Recording): Promise<void> {
  await api.probeFile(recording);
  const link = document.createElement('a');
  link.href = api.fileUrl(recording);
  link.download = '';
  link.click();
}

/**
 * Opens a page of the system beside this one. Where it is known that the system answers that is at once:
 * Safari opens nothing after a wait.
 * @throws ApiProblem where the system does not answer
 */
export async function openBeside(address: string, isKnownToAnswer: boolean): Promise<void> {
  if (!isKnownToAnswer && !(await systemAnswers())) throw new ApiProblem('web.unreachable', 0);
  window.open(address, '_blank', 'noopener');
}
