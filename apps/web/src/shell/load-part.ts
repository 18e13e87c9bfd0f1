import { systemAnswers } from '../api/answers.ts';
import { ApiProblem } from '../api/problem.ts';
import { reloadPage } from './resume.ts';
import { mayReload } from './upgrade.ts';

/**
 * Loads a part of the page that no boundary stands around. One that is gone after an upgrade is fetched by
 * reloading the page where it is, once.
 * @throws ApiProblem `web.unreachable` while the system does not answer
 */
export async function loadPart<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (cause) {
    const answers = await systemAnswers();
    if (answers && !mayReload(sessionStorage, Date.now())) throw cause;
    if (!(answers && (await reloadPage()))) throw new ApiProblem('web.unreachable', 0, {}, cause);
    // Nothing is said any more: the page goes.
    return new Promise(() => {});
  }
}
