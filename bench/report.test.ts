import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatResult } from './report.ts';

test('a result becomes a table of its figures, with load, date, commit and versions', () => {
  const text = formatResult('record', {
    date: '2026-01-02T03:04:05.000Z',
    commit: 'abc1234',
    machine: { cpu: 'Example CPU', cores: 2 },
    versions: { node: 'v24.0.0' },
    result: {
      summary: { bench: 'record', cameras: 20, ratio: 0.25, somethingNew: 7 },
      load: { gopSeconds: 2 },
    },
  });
  assert.equal(
    text,
    `## record

| figure | value |
|---|---|
| cameras | 20 |
| ours ÷ ffmpeg | 0.25 |
| somethingNew | 7 |

Load: gopSeconds 2.

2026-01-02, commit abc1234, Example CPU, 2 cores; node v24.0.0.
`,
  );
});
