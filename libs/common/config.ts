import type { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { describeKey, knownKeysAt, nearest } from './config-keys.ts';
import type { KeyPath, WrittenConfig } from './config-yaml.ts';

/** Faults that one message names; the rest are counted. */
export const MAX_CONFIG_FAULTS = 10;

export interface ConfigSource {
  /** What a person calls it: a path, or `command line`. */
  readonly source: string;
  /** Line of a key, where it comes from a file. */
  readonly lineOf?: WrittenConfig['lineOf'];
}

/**
 * Checks a configuration against its schema and fills in the defaults. Objects of the schema are
 * `z.strictObject`, so that a misspelt key is an error and not a default.
 *
 * @throws ConfigError `config.invalid`: one message with path and line of every wrong key, what is
 *   wrong, and the nearest known key where one is unknown.
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  object: unknown,
  { source, lineOf = () => undefined }: ConfigSource,
): z.output<Schema> {
  const result = schema.safeParse(object ?? {});
  if (result.success) return result.data;
  const named = (path: KeyPath): string => {
    const line = lineOf(path);
    return `the key ${describeKey(path)}${line === undefined ? '' : ` (line ${line})`}`;
  };
  const faults = result.error.issues.flatMap((issue) => explain(schema, issue, named));
  const told = faults.slice(0, MAX_CONFIG_FAULTS);
  if (faults.length > told.length) told.push(`and ${faults.length - told.length} more`);
  throw new ConfigError('config.invalid', {
    happened: `The configuration in ${source} cannot be used: ${told.join('; ')}.`,
    kept: 'Nothing was started with it.',
    remedy: 'Correct it and start again.',
  });
}

function explain(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  named: (path: KeyPath) => string,
): string[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeysAt(schema, path);
    return issue.keys.map((key) => {
      const near = nearest(key, known);
      const hint =
        near !== undefined
          ? `did you mean ${describeKey([...path, near])}?`
          : known.length > 0
            ? `known here: ${[...known].sort().join(', ')}`
            : 'remove it';
      return `${named([...path, key])} is unknown (${hint})`;
    });
  }
  const where = path.length === 0 ? 'the whole' : named(path);
  return [`${where} is wrong: ${lowerFirst(issue.message)}`];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
