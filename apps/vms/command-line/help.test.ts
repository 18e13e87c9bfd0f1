import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANGUAGES, wordIn } from '../language/text.ts';
import { COMMAND_NAMES, COMMANDS } from './commands.ts';
import { COMMON_OPTIONS } from './common-options.ts';
import { describeCommand, helpOfCommand, helpOfList } from './help.ts';
import { parseCommandLine } from './parse.ts';
import type { CommandSpec } from './spec.ts';

test('the list names every command, in both languages', () => {
  for (const language of LANGUAGES) {
    const list = helpOfList(COMMAND_NAMES, language);
    for (const name of COMMAND_NAMES) assert.ok(list.includes(`  vms ${name}`), name);
    assert.ok(list.split('\n').every((line) => line.length <= 120));
  }
});

for (const name of COMMAND_NAMES) {
  const spec: CommandSpec = COMMANDS[name];

  test(`vms help ${name} tells every option and example, and the examples are right`, () => {
    for (const language of LANGUAGES) {
      const help = helpOfCommand(name, language);
      const options: CommandSpec['options'] = { ...COMMON_OPTIONS, ...spec.options };
      for (const [option, { hidden }] of Object.entries(options)) {
        assert.equal(help.includes(`--${option}`), hidden !== true, `${name} --${option}`);
      }
      assert.ok(spec.examples.length > 0);
      for (const { line } of spec.examples) assert.ok(help.includes(wordIn(line, language)));
      assert.equal(describeCommand(name, language).name, name);
    }
    for (const { line: either } of spec.examples) {
      for (const line of LANGUAGES.map((language) => wordIn(either, language))) {
        const [program, ...args] = wordsOf(line);
        assert.equal(program, 'vms');
        assert.equal(parseCommandLine(args).command, name, line);
      }
    }
  });
}

/** Splits a line as a shell does, single quotes alone. */
function wordsOf(line: string): string[] {
  const beforePipe = line.split(' < ')[0] ?? line;
  return [...beforePipe.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
}
