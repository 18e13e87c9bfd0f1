import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createOutput, forPeople } from './log-output.ts';

const LINE =
  '{"level":"warn","time":"2026-01-02T03:04:05.678Z","service":"ingest","camera":"cam_a","ms":7,"msg":"Slow."}';

test('writes a line for people: local time, service, message, fields', () => {
  const shown = stripVTControlCharacters(forPeople(LINE));
  assert.match(shown, /^\d\d:\d\d:05\.678 ingest {3}Slow\. camera=cam_a ms=7$/);
});

test('leaves alone what is no log line', () => {
  for (const line of ['plain words', '{"no":"message"}', '{broken', '']) {
    assert.equal(forPeople(line), line);
  }
});

test('programs get the JSON as it is, and words come through unchanged', () => {
  const written: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(text, _encoding, done) {
      written.push(String(text));
      done();
    },
  });
  const output = createOutput(stream as unknown as NodeJS.WriteStream);
  output.log(LINE);
  output.say('Ready.');
  assert.deepEqual(written, [`${LINE}\n`, 'Ready.\n']);
});

test('a reader that leaves does not end the program', async () => {
  const stream = new Writable({ write: (_text, _encoding, done) => done(new Error('EPIPE')) });
  const output = createOutput(stream as unknown as NodeJS.WriteStream);
  const failed = new Promise((resolve) => stream.once('error', resolve));
  output.say('Is anybody there?');
  await failed;
});
