import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { describeKey, knownKeysAt, nearest } from './config-keys.ts';
import { VmsError } from './errors.ts';

export type ConfigErrorCode = 'config.invalid' | 'config.syntax' | 'config.too-large';

/** A configuration that cannot be used; nothing was started with it. */
export class ConfigError extends VmsError<ConfigErrorCode> {}

/** Bytes of the largest configuration file. */
export const MAX_CONFIG_BYTES = 1024 * 1024;
/** Faults that one message names; the rest are counted. */
export const MAX_CONFIG_FAULTS = 10;

export interface ConfigSource {
  /** What a person calls it: a path, or `command line`. */
  readonly source: string;
}

/**
 * Checks a configuration against its schema and fills in the defaults. Objects of the schema are
 * `z.strictObject`, so that a misspelt key is an error and not a default.
 *
 * @throws ConfigError `config.invalid`: one message with the path of every wrong key, what is wrong,
 *   and the nearest known key where one is unknown.
 */
export function parseConfig<Schema extends z.ZodType>(
  schema: Schema,
  object: unknown,
  { source }: ConfigSource,
): z.output<Schema> {
  const result = schema.safeParse(object ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.flatMap((issue) => explain(schema, issue));
  const told = faults.slice(0, MAX_CONFIG_FAULTS);
  if (faults.length > told.length) told.push(`and ${faults.length - told.length} more`);
  throw new ConfigError('config.invalid', {
    happened: `The configuration in ${source} cannot be used: ${told.join('; ')}.`,
    kept: 'Nothing was started with it.',
    remedy: 'Correct it and start again.',
  });
}

/**
 * Reads YAML 1.2. An empty text is an empty object.
 * @throws ConfigError `config.syntax` with line and column, `config.too-large`
 */
export function parseYaml(text: string, { source }: ConfigSource): unknown {
  if (text.length > MAX_CONFIG_BYTES) {
    throw new ConfigError('config.too-large', {
      happened: `The configuration ${source} is larger than ${MAX_CONFIG_BYTES} bytes.`,
      remedy: 'Check that it is the right file.',
    });
  }
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new ConfigError('config.syntax', {
      happened: `The configuration ${source} is not valid YAML at line ${line}, column ${col}: ${error.message}.`,
      remedy: 'Correct that line. YAML wants spaces, never tabs, before a key.',
    });
  }
  try {
    return document.toJS() ?? {};
  } catch (cause) {
    throw new ConfigError(
      'config.syntax',
      {
        happened: `The configuration ${source} repeats itself without end by its aliases.`,
        remedy: 'Write the values out.',
      },
      { cause },
    );
  }
}

function explain(schema: z.ZodType, issue: z.core.$ZodIssue): string[] {
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
      return `the key ${describeKey([...path, key])} is unknown (${hint})`;
    });
  }
  const where = path.length === 0 ? 'the whole' : `the key ${describeKey(path)}`;
  return [`${where} is wrong: ${lowerFirst(issue.message)}`];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
