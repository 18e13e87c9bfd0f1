import { MAX_EVENT_BYTES } from './bounds.ts';
import { BusError } from './bus-error.ts';
import { checkSubject } from './subjects.ts';

/**
 * The JSON of an event.
 * @throws BusError `bus.event-too-large`, `bus.subject-invalid`
 */
export function encodeEvent(subject: string, event: unknown): string {
  checkSubject(subject);
  const json = JSON.stringify(event) ?? 'null';
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_EVENT_BYTES) {
    throw new BusError('bus.event-too-large', {
      happened: `An event of ${subject} has ${bytes} bytes; the bus takes ${MAX_EVENT_BYTES} at most.`,
      remedy: 'Send what it is about, and let the reader ask for the rest.',
    });
  }
  return json;
}
