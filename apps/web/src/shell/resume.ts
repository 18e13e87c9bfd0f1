import { systemAnswers } from '../api/answers.ts';

type Keep = () => void;

const keepers = new Set<Keep>();

/** Called before the page is loaded again: writes into the address what a reload would lose. */
export function beforeReload(keep: Keep): () => void {
  keepers.add(keep);
  return () => void keepers.delete(keep);
}

/**
 * Reloads the page where it is, with what is watched in the address; gives false and stays where the
 * system does not answer.
 */
export async function reloadPage(): Promise<boolean> {
  if (!(await systemAnswers())) return false;
  for (const keep of keepers) keep();
  window.location.reload();
  return true;
}

/** Puts a parameter into the address bar without another step in the history. */
export function keepInAddress(name: string, value: string | undefined): void {
  const address = new URL(window.location.href);
  if (value === undefined) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  window.history.replaceState(window.history.state, '', address);
}
