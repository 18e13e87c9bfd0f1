import { CliError } from '../cli-error.ts';
import { type Language, translate, wordIn } from '../language/text.ts';
import { COMMAND_NAMES, COMMANDS, type CommandName } from './commands.ts';
import { COMMON_OPTIONS } from './common-options.ts';
import { HELP_TEXTS } from './help-texts.ts';
import type { ArgumentSpec, CommandSpec, OptionSpec } from './spec.ts';

/** Characters of a line of help. */
const LINE_CHARACTERS = 100;
/** Longest left column; what is longer stands on a line of its own. */
const MAX_LEFT_CHARACTERS = 30;

/** A command as `vms help --json` tells it. */
export interface CommandHelp {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly options: readonly { readonly name: string; readonly help: string }[];
  readonly examples: readonly { readonly line: string; readonly help: string }[];
}

/** The commands whose names begin with the words, all of them where there is none. @throws CliError `cli.usage` */
export function commandsNamed(words: readonly string[]): CommandName[] {
  const asked = words.join(' ');
  const found = COMMAND_NAMES.filter(
    (name) => asked === '' || name === asked || name.startsWith(`${asked} `),
  );
  if (found.length > 0) return found;
  throw new CliError(
    'cli.usage',
    { happened: HELP_TEXTS.noSuchCommand, remedy: HELP_TEXTS.seeList },
    { values: { asked } },
  );
}

/** The list of commands, of all or of one group. */
export function helpOfList(names: readonly CommandName[], language: Language): string {
  const say = (key: keyof typeof HELP_TEXTS): string => translate(HELP_TEXTS[key], language);
  const rows = names.map((name): Row => {
    const spec: CommandSpec = COMMANDS[name];
    return [usageOf(name, language), translate(spec.summary, language)];
  });
  return [
    say('title'),
    columns(rows),
    say('more'),
    [say('everywhere'), columns(optionRows(COMMON_OPTIONS, language))].join('\n'),
    say('exitCodes'),
  ].join('\n\n');
}

/** Everything about one command. */
export function helpOfCommand(name: CommandName, language: Language): string {
  const spec: CommandSpec = COMMANDS[name];
  const say = (key: keyof typeof HELP_TEXTS): string => translate(HELP_TEXTS[key], language);
  const own: Row[] = [
    ...spec.arguments.map(
      (each): Row => [translate(each.name, language), translate(each.help, language)],
    ),
    ...optionRows(spec.options, language),
  ];
  const parts = [
    `${usageOf(name, language)}\n${wrapped(translate(spec.summary, language), '  ')}`,
    spec.details === undefined ? '' : wrapped(translate(spec.details, language), '  '),
    own.length === 0 ? '' : [say('options'), columns(own)].join('\n'),
    [
      say('examples'),
      ...spec.examples.map(
        ({ line, help }) =>
          `  ${wordIn(line, language)}\n${wrapped(translate(help, language), '      ')}`,
      ),
    ].join('\n'),
    [say('everywhere'), columns(optionRows(COMMON_OPTIONS, language))].join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** The same for programs. */
export function describeCommand(name: CommandName, language: Language): CommandHelp {
  const spec: CommandSpec = COMMANDS[name];
  return {
    name,
    usage: usageOf(name, language),
    summary: translate(spec.summary, language),
    options: optionRows({ ...spec.options, ...COMMON_OPTIONS }, language).map(([left, help]) => ({
      name: left,
      help,
    })),
    examples: spec.examples.map(({ line, help }) => ({
      line: wordIn(line, language),
      help: translate(help, language),
    })),
  };
}

/** `vms export CAMERA --from TIME` */
function usageOf(name: CommandName, language: Language): string {
  const spec: CommandSpec = COMMANDS[name];
  return ['vms', name, ...spec.arguments.map((each) => shapeOf(each, language))].join(' ');
}

function shapeOf({ name, optional, repeated }: ArgumentSpec, language: Language): string {
  const shown = `${translate(name, language)}${repeated === true ? ' …' : ''}`;
  return optional === true ? `[${shown}]` : shown;
}

type Row = readonly [left: string, right: string];

function optionRows(options: Readonly<Record<string, OptionSpec>>, language: Language): Row[] {
  return Object.entries(options)
    .filter(([, { hidden }]) => hidden !== true)
    .map(([name, { help, short, value, choices }]) => {
      const what = choices?.join('|') ?? (value && wordIn(value, language));
      const names = short === undefined ? `--${name}` : `-${short}, --${name}`;
      return [what === undefined ? names : `${names} ${what}`, translate(help, language)];
    });
}

/** Two columns, the right one wrapped. */
function columns(rows: readonly Row[]): string {
  const width = Math.min(MAX_LEFT_CHARACTERS, Math.max(...rows.map(([left]) => left.length)));
  return rows
    .map(([left, right]) => {
      const indent = ' '.repeat(width + 4);
      const body = wrapped(right, indent);
      return left.length > width
        ? `  ${left}\n${body}`
        : `  ${left.padEnd(width)}  ${body.trimStart()}`;
    })
    .join('\n');
}

function wrapped(paragraph: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > LINE_CHARACTERS) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((each) => indent + each).join('\n');
}
