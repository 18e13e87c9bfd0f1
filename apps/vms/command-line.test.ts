import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS, parseCommandLine, SERVICE_NAMES, USAGE } from './command-line.ts';

test('reads commands and their options', () => {
  assert.deepEqual(parseCommandLine(['start', '--demo', '--data', '/d']), {
    command: 'start',
    data: '/d',
    config: undefined,
    demo: true,
    demoUrl: undefined,
    services: [],
  });
  assert.deepEqual(parseCommandLine(['run', '--services', 'gateway,ingest']).services, [
    'ingest',
    'gateway',
  ]);
  assert.equal(parseCommandLine([]).command, 'help');
  assert.equal(parseCommandLine(['--version']).command, 'version');
  assert.equal(parseCommandLine(['start', '-h']).command, 'help');
});

const wrong: [string[], RegExp][] = [
  [['strat'], /no command “strat”\. Did you mean vms start\?/],
  [['start', 'now'], /“now” is more than vms start takes/],
  [['start', '--dmeo'], /Unknown option '--dmeo'/],
  [['start', '--data'], /--data/],
  [['start', '--services', 'api'], /--services belongs to vms run/],
  [['run'], /vms run needs --services/],
  [
    ['run', '--services', 'ingest,web'],
    /no service “web”; there are ingest, storage, stream, api, gateway/,
  ],
];
for (const [args, message] of wrong) {
  test(`refuses: vms ${args.join(' ')}`, () => {
    assert.throws(() => parseCommandLine(args), { code: 'cli.usage', message });
  });
}

test('the usage names every command and service', () => {
  for (const word of [...COMMANDS, ...SERVICE_NAMES])
    assert.match(USAGE, new RegExp(`\\b${word}\\b`));
});
