import { useQueryClient } from '@tanstack/solid-query';
import { openBeside } from '../api/lead.ts';
import { useProblemText } from '../ui/notice.tsx';
import { useToasts } from '../ui/toasts.tsx';
import { isStale } from './stale-notice.tsx';

/** Opens a page of the system beside this one, or says that the system does not answer. */
export function useOpenBeside(): (address: string) => void {
  const cache = useQueryClient().getQueryCache();
  const say = useToasts();
  const problemText = useProblemText();
  return (address) => {
    const stale = cache.findAll({ type: 'active', predicate: isStale });
    openBeside(address, stale.length === 0).catch((thrown: unknown) =>
      say(problemText(thrown), 'bad'),
    );
  };
}
