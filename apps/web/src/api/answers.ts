import { basePath } from './base.ts';

/** Milliseconds after which a system that was asked for its page counts as unavailable. */
const PATIENCE_MS = 4000;

/** The document of the page as it is served now; nothing where nothing is. Never throws. */
export async function fetchDocument(): Promise<string> {
  try {
    const answer = await fetch(`${basePath()}/`, {
      cache: 'no-store',
      credentials: 'same-origin',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return answer.ok ? await answer.text() : '';
  } catch {
    return '';
  }
}

/**
 * Whether the system serves its page. Asked before the browser is led anywhere: where nothing answers it
 * would show an error page of its own, and what was open would be gone.
 */
export async function systemAnswers(): Promise<boolean> {
  return /<script\b[^>]*\btype="module"/i.test(await fetchDocument());
}
