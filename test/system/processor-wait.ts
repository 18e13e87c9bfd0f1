import { readFileSync } from 'node:fs';
import { systemErrorCode } from '@vms/common/errors.ts';

/**
 * Milliseconds since the machine started in which something waited for a processor (pressure stall
 * information of Linux); 0 where the kernel does not say. What takes longer by less than this beside
 * other tests says nothing of the product.
 */
export function processorWaitMs(): number {
  try {
    const [, total] =
      /^some .* total=(\d+)$/m.exec(readFileSync('/proc/pressure/cpu', 'utf8')) ?? [];
    return Number(total ?? 0) / 1000;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return 0;
  }
}
