import { parseArgs } from 'node:util';
import { nearest } from '@vms/common/config-keys.ts';
import { CliError } from '../cli-error.ts';
import { languageNamed } from '../language/choose-language.ts';
import { type Language, type Text, text, type Values, wordIn } from '../language/text.ts';
import { type AnyInvocation, COMMAND_NAMES, COMMANDS, type CommandName } from './commands.ts';
import { COMMON_OPTIONS } from './common-options.ts';
import { SERVICE_NAMES, type ServiceName } from './service-names.ts';
import type { CommandSpec, OptionSpec } from './spec.ts';
import { WRONG } from './usage-texts.ts';

type Options = Readonly<Record<string, OptionSpec>>;

interface GivenOption {
  readonly name: string;
  /** As it was typed, `--name` or `-n`. */
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

/**
 * Finds the command and reads what it takes. Without a command, with `--help`, and for the name of a
 * group alone it is `vms help`.
 * @throws CliError `cli.usage`
 */
export function parseCommandLine(args: readonly string[]): AnyInvocation {
  const { words, given } = tokensOf(args);
  const isAsked = (name: string): boolean => given.some((option) => option.name === name);
  if (isAsked('version') && words.length === 0) return helpOr('version', [], given);
  const found = findCommand(words);
  if (isAsked('help')) return helpOr('help', found?.name.split(' ') ?? words, given);
  if (found === undefined) {
    if (words.length === 0 || isGroup(words.join(' '))) return helpOr('help', words, given);
    throw unknownCommand(words);
  }
  return invocationOf(found.name, found.rest, given);
}

/** What `--lang` says, found before anything else can be wrong. */
export function askedLanguage(args: readonly string[]): string | undefined {
  return tokensOf(args).given.findLast(({ name }) => name === 'lang')?.value;
}

/** Whether the answer is for a program, found before anything else can be wrong. */
export function isJsonAsked(args: readonly string[]): boolean {
  return tokensOf(args).given.some(({ name }) => name === 'json');
}

/** Names of the services that `--services` asks for. @throws CliError `cli.usage` */
export function readServices(list: string | undefined): ServiceName[] {
  const asked = (list ?? '').split(',').filter((each) => each !== '');
  if (asked.length === 0) throw usage(WRONG.noServices, {}, 'run');
  for (const name of asked) {
    if (!SERVICE_NAMES.some((known) => known === name)) {
      throw usage(WRONG.noSuchService, { name, names: SERVICE_NAMES.join(', ') }, 'run');
    }
  }
  return SERVICE_NAMES.filter((name) => asked.includes(name));
}

/** Whether a word begins commands of two words. */
export function isGroup(word: string): boolean {
  return COMMAND_NAMES.some((name) => name.startsWith(`${word} `));
}

function helpOr(command: 'help' | 'version', words: string[], given: readonly GivenOption[]) {
  // What belongs to the command that is asked about is not what is wrong here.
  const common = given.filter(({ name }) => name in COMMON_OPTIONS);
  return invocationOf(command, words, common);
}

function tokensOf(args: readonly string[]): { words: string[]; given: GivenOption[] } {
  const specs = [COMMON_OPTIONS, ...Object.values(COMMANDS).map(({ options }) => options)];
  const known: Record<string, { type: OptionSpec['type']; short?: string }> = {
    version: { type: 'boolean', short: 'v' },
  };
  for (const [name, spec] of specs.flatMap((each) => Object.entries<OptionSpec>(each))) {
    known[name] = { type: spec.type, ...(spec.short !== undefined && { short: spec.short }) };
  }
  const { tokens } = parseArgs({
    args: [...args],
    options: known,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  return {
    words: tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : [])),
    given: tokens.flatMap((token) => (token.kind === 'option' ? [token] : [])),
  };
}

/** The longest name that the words begin with. */
function findCommand(
  words: readonly string[],
): { readonly name: CommandName; readonly rest: string[] } | undefined {
  for (const length of [2, 1]) {
    const asked = words.slice(0, length).join(' ');
    const name = COMMAND_NAMES.find((each) => each === asked);
    if (name !== undefined) return { name, rest: words.slice(length) };
  }
  return undefined;
}

function invocationOf(
  name: CommandName,
  words: readonly string[],
  given: readonly GivenOption[],
): AnyInvocation {
  const spec: CommandSpec = COMMANDS[name];
  const options: Options = { ...COMMON_OPTIONS, ...spec.options };
  for (const option of given) checkOption(option, options, name);
  checkWords(words, spec, name);
  const values: Record<string, string | boolean | undefined> = {};
  for (const [key, { type }] of Object.entries(options)) {
    const last = given.findLast((option) => option.name === key);
    values[key] = type === 'boolean' ? last !== undefined : last?.value;
  }
  // The table that was read here is the one that the type is made of.
  return { command: name, words, options: values } as unknown as AnyInvocation;
}

function checkOption(option: GivenOption, options: Options, command: CommandName): void {
  const { name, value, rawName: shown } = option;
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec === undefined) {
    const owner = COMMAND_NAMES.find((each) => Object.hasOwn(COMMANDS[each].options, name));
    if (owner !== undefined) throw usage(WRONG.ofOther, { option: shown, owner }, command);
    const near = nearest(name, Object.keys(options));
    throw near === undefined
      ? usage(WRONG.noSuchOption, { option: shown, command }, command)
      : usage(WRONG.misspeltOption, { option: shown, command, near: `--${near}` }, command);
  }
  if (spec.type === 'boolean') {
    if (value !== undefined) throw usage(WRONG.noValue, { option: shown }, command);
    return;
  }
  // A value that looks like the next option is one that was forgotten; `-` alone is standard input.
  const forgotten = option.inlineValue !== true && value?.startsWith('-') === true && value !== '-';
  if (value === undefined || value === '' || forgotten) {
    const optionIn = (language: Language): string =>
      `${shown} ${wordIn(spec.value ?? '', language)}`.trim();
    const both = text(optionIn('en'), optionIn('pt-BR'));
    throw usage(WRONG.valueMissing, { option: both }, command);
  }
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    const choices = spec.choices.join(', ');
    throw usage(WRONG.noSuchChoice, { option: shown, value, choices }, command);
  }
  if (name === 'lang' && languageNamed(value) === undefined) {
    throw usage(WRONG.noSuchChoice, { option: shown, value, choices: 'en, pt-BR' }, command);
  }
}

function checkWords(words: readonly string[], spec: CommandSpec, command: CommandName): void {
  const { arguments: wanted } = spec;
  const missing = wanted[words.length];
  if (missing !== undefined && missing.optional !== true) {
    const { name } = missing;
    throw usage(
      text(`vms {command} needs ${name.en}.`, `vms {command} precisa de ${name['pt-BR']}.`),
      { command },
      command,
    );
  }
  const extra = words.slice(wanted.length);
  if (extra.length > 0 && wanted.at(-1)?.repeated !== true) {
    throw usage(WRONG.tooManyWords, { words: extra.join(' '), command }, command);
  }
}

function unknownCommand(words: readonly string[]): CliError {
  const [first = ''] = words;
  const asked = isGroup(first) ? words.slice(0, 2).join(' ') : first;
  const groups = COMMAND_NAMES.flatMap((name) =>
    name.includes(' ') ? (name.split(' ')[0] ?? '') : [],
  );
  const near = nearest(asked, [...COMMAND_NAMES, ...new Set(groups)]);
  return near === undefined
    ? usage(WRONG.noSuchCommand, { asked })
    : usage(WRONG.misspeltCommand, { asked, near });
}

function usage(happened: Text, values: Values, command?: CommandName): CliError {
  return new CliError(
    'cli.usage',
    { happened, remedy: command === undefined ? WRONG.seeList : WRONG.seeHelp },
    { values: { ...values, command: command ?? '' } },
  );
}
