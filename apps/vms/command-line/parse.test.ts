import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedLanguage, isJsonAsked, parseCommandLine, readServices } from './parse.ts';

test('reads commands and their options', () => {
  const start = parseCommandLine(['--data', '/d', 'start', '--demo', '--lang=pt']);
  assert.deepEqual(start, {
    command: 'start',
    words: [],
    options: {
      data: '/d',
      config: undefined,
      json: false,
      lang: 'pt',
      help: false,
      demo: true,
    },
  });
  assert.deepEqual(readServices('gateway,ingest'), ['ingest', 'gateway']);
});

const helps: [string[], string, string[]][] = [
  [[], 'help', []],
  [['--version'], 'version', []],
  [['-v'], 'version', []],
  [['start', '-h'], 'help', ['start']],
  [['start', '--demo', '--help'], 'help', ['start']],
  [['help', 'start'], 'help', ['start']],
];
for (const [args, command, words] of helps) {
  test(`understands: vms ${args.join(' ')}`, () => {
    const parsed = parseCommandLine(args);
    assert.deepEqual([parsed.command, parsed.words], [command, words]);
  });
}

const wrong: [string[], RegExp, RegExp][] = [
  [['stat'], /no command “stat”\. Did you mean vms status\?/, /quis dizer vms status\?/],
  [['camera'], /Did you mean vms cameras\?/, /quis dizer vms cameras\?/],
  [['strat'], /no command “strat”\. Did you mean vms start\?/, /quis dizer vms start\?/],
  [['xyzzyxyzzy'], /no command “xyzzyxyzzy”\. vms help/, /Não existe o comando/],
  [['start', 'now'], /“now” is more than vms start takes/, /é mais do que vms start aceita/],
  [['start', '--dmeo'], /no option --dmeo\. Did you mean --demo\?/, /quis dizer --demo\?/],
  [['start', '--data'], /--data DIR needs its value/, /precisa do seu valor/],
  [['start', '--data', '--demo'], /--data DIR needs its value/, /precisa/],
  [['start', '--data='], /--data DIR needs its value/, /precisa/],
  [['start', '--demo=yes'], /--demo takes no value/, /não aceita valor/],
  [['start', '--lang', 'klingon'], /may be: en, pt-BR/, /pode ser: en, pt-BR/],
  [['start', '--services', 'api'], /--services belongs to vms run/, /pertence a vms run/],
];
for (const [args, en, ptBr] of wrong) {
  test(`refuses: vms ${args.join(' ')}`, () => {
    assert.throws(
      () => parseCommandLine(args),
      (error: Error & { code?: string; explain?: (language: string) => { happened: string } }) => {
        assert.equal(error.code, 'cli.usage');
        assert.match(error.message, en);
        assert.match(error.explain?.('pt-BR').happened ?? '', ptBr);
        return true;
      },
    );
  });
}

test('names services that are missing or unknown', () => {
  assert.throws(() => readServices(undefined), /vms run needs --services/);
  assert.throws(() => readServices('ingest,web'), /no service “web”; there are ingest, storage/);
});

test('finds language and --json even where the rest is wrong', () => {
  const args = ['strat', '--lang', 'pt', '--json', '--nonsense'];
  assert.equal(askedLanguage(args), 'pt');
  assert.equal(isJsonAsked(args), true);
});
