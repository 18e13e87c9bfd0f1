import { MediaError } from '@vms/media/errors.ts';
import { WireError } from '@vms/wire/errors.ts';

/** Runs something that may raise the errors of libs/wire and libs/media, and no others. */
export function attempt(parse: () => void): void {
  try {
    parse();
  } catch (thrown) {
    if (!(thrown instanceof WireError) && !(thrown instanceof MediaError)) throw thrown;
  }
}
