import assert from 'node:assert/strict';
import { test } from 'node:test';
import { columnsOf, widthOf } from './columns.ts';

test('counts cells, not code units', () => {
  const widths: [string, number][] = [
    ['Portão', 6],
    ['Porta\u0303o', 6],
    ['入口', 4],
    ['🚪', 2],
    ['👨‍👩‍👧', 2],
    ['🇧🇷', 2],
    ['שער', 3],
    ['', 0],
  ];
  for (const [text, width] of widths) assert.equal(widthOf(text), width, text);
});

test('columns stand under each other, and right-to-left names turn only themselves', () => {
  const table = columnsOf(
    ['name', 'state'],
    [
      ['入口 🚪', 'online'],
      ['שער', 'x'],
    ],
  );
  assert.equal(table, 'name     state\n入口 🚪  online\n\u2068שער\u2069      x');
});
