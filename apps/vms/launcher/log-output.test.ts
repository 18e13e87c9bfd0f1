import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createOutput, forPeople, MAX_SHORT_FIELDS_CHARACTERS } from './log-output.ts';

const LINE =
  '{"level":"warn","time":"2026-01-02T03:04:05.678Z","service":"ingest","camera":"cam_a","ms":7,"msg":"Slow."}';

function lineOf(fields: object): string {
  return JSON.stringify({ time: '2026-01-02T03:04:05.678Z', service: 'ingest', ...fields });
}

/** What an output writes to a terminal, or elsewhere. */
function written(terminal: Record<string, unknown>, options?: { json: boolean }): string {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      chunks.push(String(text));
      done();
    },
  });
  const output = createOutput(
    Object.assign(stream, terminal) as unknown as NodeJS.WriteStream,
    options,
  );
  output.log(LINE);
  output.say('Ready.');
  return chunks.join('');
}

test('writes a line for people: local time, level, service, message, fields', () => {
  assert.match(forPeople(LINE), /^\d\d:\d\d:05 warn {2}ingest {3}Slow\. camera=cam_a ms=7$/);
});

test('tells trouble in full, as the JSON has it, and the rest in short', () => {
  const detail = 'd'.repeat(MAX_SHORT_FIELDS_CHARACTERS * 5);
  const error = {
    ...{ type: 'Error', message: 'Gone.', code: 'EPIPE', cause: { message: detail } },
    stack: 'Error: Gone.\n    at read (a.ts:1:2)',
  };
  const shown = forPeople(lineOf({ level: 'error', error, camera: 'cam_a', msg: 'Broken.' }));
  const [head = '', ...trace] = shown.split('\n');
  assert.match(head, /error ingest {3}Broken\. error=\{/);
  for (const part of ['EPIPE', 'Gone.', detail]) assert.ok(head.includes(part), part);
  assert.deepEqual(trace, ['  Error: Gone.', '      at read (a.ts:1:2)', '  camera=cam_a']);
  assert.ok(forPeople(lineOf({ level: 'warn', detail, msg: 'Odd.' })).includes(detail));
  const calm = forPeople(lineOf({ level: 'info', detail, msg: 'Calm.' }));
  assert.match(calm, /Calm\. detail=d+…$/);
  assert.ok(calm.length < MAX_SHORT_FIELDS_CHARACTERS + 50);
});

test('nothing that a camera says steers the terminal, or looks like a line of ours', () => {
  const name = 'a\u001b[2J\u0007\nb\u009b1m\u202eשער\u2066';
  const more = [{ camera: name }, { camera: { name } }, { service: name }, { [name]: 1 }];
  for (const fields of [...more, { level: name }, { time: name }]) {
    const shown = forPeople(lineOf({ level: 'info', msg: `Camera ${name}`, ...fields }));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    assert.doesNotMatch(shown, /[\u0000-\u001f\u007f-\u009f\u202e\u2066]/);
    assert.ok(shown.includes('שער'));
  }
  assert.equal(forPeople('no log line \u001b[2J'), 'no log line [2J');
});

test('leaves alone what is no log line', () => {
  for (const line of ['plain words', '{"no":"message"}', '{broken', '']) {
    assert.equal(forPeople(line), line);
  }
});

test('programs get the JSON as it is, and words come through unchanged', () => {
  assert.equal(written({}), `${LINE}\nReady.\n`);
  assert.equal(written({ isTTY: true }, { json: true }), `${LINE}\nReady.\n`);
});

test('at a terminal words stand apart, and colours are there where it has them', () => {
  const plain = `${forPeople(LINE)}\n\nReady.\n\n`;
  assert.equal(written({ isTTY: true }), plain);
  assert.equal(written({ isTTY: true, hasColors: () => false }), plain);
  const coloured = written({ isTTY: true, hasColors: () => true });
  assert.ok(coloured.includes('\u001b[33mSlow.\u001b[0m'), coloured);
});

test('a reader that leaves does not end the program', async () => {
  const stream = new Writable({ write: (_text, _encoding, done) => done(new Error('EPIPE')) });
  const output = createOutput(stream as unknown as NodeJS.WriteStream);
  const failed = new Promise((resolve) => stream.once('error', resolve));
  output.say('Is anybody there?');
  await failed;
});
