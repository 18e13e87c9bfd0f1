import type { AddressFaultCode } from '@vms/common/camera-address.ts';
import { ADDRESS_FAULTS_IN_PORTUGUESE } from '@vms/common/camera-address-pt-br.ts';
import { type Explanation, VmsError } from '@vms/common/errors.ts';
import { HttpError } from '@vms/http/http-error.ts';
import { CliError } from '../cli-error.ts';
import { KNOWN_ERRORS } from './known-errors.ts';
import { type Language, text, translate } from './text.ts';

/** An error as a person, or a program, is told of it. */
export interface ToldError {
  /** Stable, such as `camera.not-found`. */
  readonly code: string;
  /** Everything in one text: what happened, what was kept, what to do. */
  readonly message: string;
  readonly happened: string;
  readonly kept?: string;
  readonly remedy?: string;
}

export const TOLD_TEXTS = {
  ownFault: text(
    'vms met a fault of its own, please report it:\n{detail}',
    'O vms encontrou uma falha própria; por favor, relate:\n{detail}',
  ),
  inEnglish: text('{detail}', 'Detalhe, em inglês: {detail}'),
} as const;

/**
 * One message, no stack trace. What is not ours is a fault of the program, and its trace is what a
 * report of it needs. Errors of the services speak English; in Portuguese their code is told in
 * words of ours, with their own behind it where these hold more.
 */
export function toldError(error: unknown, language: Language): ToldError {
  if (!(error instanceof VmsError)) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const message = translate(TOLD_TEXTS.ownFault, language, { detail });
    return { code: 'cli.fault', message, happened: message };
  }
  const explanation = explain(error, language);
  const { happened, kept, remedy } = explanation;
  return {
    code: error.code,
    message: [happened, kept, remedy].filter(Boolean).join(' '),
    ...explanation,
  };
}

function explain(error: VmsError, language: Language): Explanation {
  const own = error instanceof CliError ? error.explain(language) : undefined;
  if (own !== undefined) return own;
  const fault = language === 'en' ? undefined : addressFaultOf(error);
  if (fault !== undefined) return fault;
  const known = Object.hasOwn(KNOWN_ERRORS, error.code) ? KNOWN_ERRORS[error.code] : undefined;
  if (language === 'en' || known === undefined) return error.explanation;
  const { happened, kept, remedy } = error.explanation;
  const detail = [happened, kept, remedy].filter(Boolean).join(' ');
  return { happened: known, remedy: translate(TOLD_TEXTS.inEnglish, language, { detail }) };
}

/** What is wrong with the address of a camera, where an error of the API says so of a field. */
function addressFaultOf(error: VmsError): Explanation | undefined {
  const [first] = (error instanceof HttpError && error.errors) || [];
  const code = first?.code ?? '';
  if (!isAddressFault(code)) return undefined;
  const words = ADDRESS_FAULTS_IN_PORTUGUESE[code];
  return { happened: first?.path === 'body.subUrl' ? `Fluxo secundário: ${words}` : words };
}

function isAddressFault(code: string): code is AddressFaultCode {
  return Object.hasOwn(ADDRESS_FAULTS_IN_PORTUGUESE, code);
}
