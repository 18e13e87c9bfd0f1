/** Writes test/fixtures/recording-format again. See services/storage/testing/recording-fixtures.ts. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { recordingFixtures } from '../services/storage/testing/recording-fixtures.ts';

const folder = join(import.meta.dirname, '..', 'test', 'fixtures', 'recording-format');
for (const [name, files] of await recordingFixtures()) {
  rmSync(join(folder, name), { recursive: true, force: true });
  for (const [path, bytes] of files) {
    const file = join(folder, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}
