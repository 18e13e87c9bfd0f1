import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from '@vms/common/config.ts';
import { about } from '@vms/common/config-facts.ts';
import { readYaml } from '@vms/common/config-yaml.ts';
import { z } from 'zod';
import { annotatedYaml, editorSchema, SCHEMA_FILE, withKeysSet } from './annotated-file.ts';
import { configurationSchema } from './configuration.ts';

const DEPLOY = join(import.meta.dirname, '..', '..', '..', 'deploy');
const HOW = 'Run npm run configuration-files.';
const example = readFileSync(join(DEPLOY, 'vms.example.yaml'), 'utf8');

interface Described {
  readonly description?: string;
  readonly internal?: true;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
}

/** Paths of all keys of the schema that are a person's to set, without the numbers of lists. */
function keysOf({ properties = {}, items }: Described, path = ''): [string, Described][] {
  const inner = Object.entries({ ...properties, ...items?.properties });
  return inner
    .filter(([, { internal }]) => internal !== true)
    .flatMap(([name, node]) => [
      [`${path}${name}`, node] as [string, Described],
      ...keysOf(node, `${path}${name}.`),
    ]);
}

function pathsOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => pathsOf(each, path));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    `${path}${name}`,
    ...pathsOf(each, `${path}${name}.`),
  ]);
}

const source = { source: 'deploy/vms.example.yaml' };

test('the annotated file and the schema for editors are those of the code', () => {
  assert.equal(example, annotatedYaml(configurationSchema), HOW);
  const schema = JSON.parse(readFileSync(join(DEPLOY, SCHEMA_FILE), 'utf8'));
  assert.deepEqual(schema, JSON.parse(JSON.stringify(editorSchema(configurationSchema))), HOW);
  assert.match(example, new RegExp(`^# yaml-language-server: \\$schema=\\./${SCHEMA_FILE}\n`));
});

test('it holds every key and no other, and each tells what it means', () => {
  const all = keysOf(z.toJSONSchema(configurationSchema, { io: 'input' }) as Described);
  // Where a list of keys has one meaning, the key above them tells it.
  const silent = all.filter(
    ([, { description }]) => !/^([A-Z].*\.)?$/s.test(description ?? 'none'),
  );
  assert.deepEqual(
    silent.map(([path]) => path),
    [],
    'These keys need .meta(about(…)).',
  );
  const { value } = readYaml(withKeysSet(example), source);
  assert.deepEqual([...new Set(pathsOf(value))].sort(), all.map(([path]) => path).sort());
});

test('it is right as it is, and with every key set', () => {
  const asItIs = readYaml(example, source).value as Record<string, unknown>;
  assert.deepEqual(
    Object.values(asItIs).filter((part) => part !== null),
    [],
  );
  parseConfig(configurationSchema, readYaml(withKeysSet(example), source).value, source);
});

test('tells unit, range, choices and default', () => {
  const schema = z.strictObject({
    part: z
      .strictObject({
        wait: z
          .int()
          .min(1)
          .max(9)
          .default(3)
          .meta(about('How long.', { unit: 'seconds', live: true })),
        mode: z.enum(['a', 'b']).default('a').meta(about('Which way.')),
        path: z.string().meta(about('Where.', { example: '/x' })),
        hidden: z
          .string()
          .optional()
          .meta(about('For tests.', { internal: true })),
      })
      .meta(about('A part.')),
  });
  assert.equal(
    annotatedYaml(schema).split('\n\n').at(-1),
    `# A part.
part:
  # How long. Seconds, 1 to 9. Default: 3. Changes are taken over while the system runs.
  #wait: 3
  # Which way. One of a, b. Default: a.
  #mode: a
  # Where. Required.
  #path: /x
`,
  );
  assert.equal(JSON.stringify(editorSchema(schema)).includes('hidden'), false);
});
