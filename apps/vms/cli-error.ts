import { type Explanation, VmsError } from '@vms/common/errors.ts';
import { type Language, type Text, translate, type Values } from './language/text.ts';

export type CliErrorCode =
  | 'backup.configuration-refused'
  | 'backup.damaged'
  | 'backup.newer-version'
  | 'backup.unreadable'
  | 'backup.unwritable'
  | 'backup.would-replace'
  | 'cli.usage'
  | 'camera.ambiguous'
  | 'camera.not-added'
  | 'camera.unknown'
  | 'config.unreadable'
  | 'data.damaged'
  | 'data.newer-version'
  | 'data.unusable'
  | 'data.volume-missing'
  | 'export.exists'
  | 'export.no-catalogue'
  | 'export.no-space'
  | 'export.nothing-recorded'
  | 'import.file-unusable'
  | 'launcher.already-running'
  | 'launcher.child-failed'
  | 'launcher.child-never-started'
  | 'launcher.missing-program'
  | 'launcher.port-in-use'
  | 'launcher.run-directory-too-long'
  | 'launcher.run-directory-unsafe'
  | 'service.step-failed'
  | 'password.unreadable'
  | 'system.answer-not-understood'
  | 'system.never-started'
  | 'system.no-answer'
  | 'system.not-permitted'
  | 'system.not-running'
  | 'system.other-data-directory';

/** What happened, what was kept, what to do, in every language. */
export interface ExplanationText {
  readonly happened: Text;
  readonly kept?: Text;
  readonly remedy?: Text;
}

export interface CliErrorOptions {
  readonly cause?: unknown;
  /** What goes into the places of the texts. */
  readonly values?: Values;
}

/** What the command line and the launcher raise on purpose; told in one message. */
export class CliError extends VmsError<CliErrorCode> {
  readonly #texts: ExplanationText | undefined;
  readonly values: Values;

  constructor(
    code: CliErrorCode,
    explanation: ExplanationText | Explanation | string,
    { cause, values = {} }: CliErrorOptions = {},
  ) {
    const texts = isText(explanation) ? explanation : undefined;
    super(code, isText(explanation) ? inLanguage(explanation, 'en', values) : explanation, {
      cause,
    });
    this.#texts = texts;
    this.values = values;
  }

  /** The explanation in a language; undefined where it was raised in English alone. */
  explain(language: Language): Explanation | undefined {
    return this.#texts && inLanguage(this.#texts, language, this.values);
  }
}

function isText(
  explanation: ExplanationText | Explanation | string,
): explanation is ExplanationText {
  return typeof explanation === 'object' && typeof explanation.happened === 'object';
}

function inLanguage(texts: ExplanationText, language: Language, values: Values): Explanation {
  const { happened, kept, remedy } = texts;
  return {
    happened: translate(happened, language, values),
    ...(kept !== undefined && { kept: translate(kept, language, values) }),
    ...(remedy !== undefined && { remedy: translate(remedy, language, values) }),
  };
}

/** Exit codes of `vms`, as `vms help` lists them. */
export const EXIT = {
  ok: 0,
  /** It could not do what was asked, or a check found something. */
  failure: 1,
  /** The command line or the configuration is wrong. */
  usage: 2,
} as const;

const USAGE_CODES: ReadonlySet<string> = new Set<string>([
  'cli.usage',
  'config.invalid',
  'config.syntax',
  'config.too-large',
  'config.unreadable',
  'config.variable-missing',
]);

/** The exit code that an error ends the program with. */
export function exitCodeOf(error: unknown): number {
  return error instanceof VmsError && USAGE_CODES.has(error.code) ? EXIT.usage : EXIT.failure;
}
