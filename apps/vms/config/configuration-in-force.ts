import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Clock, Timer } from '@vms/common/clock.ts';
import type { KeyFacts } from '@vms/common/config-facts.ts';
import { describeKey } from '@vms/common/config-keys.ts';
import { messageOf } from '@vms/common/errors.ts';
import type { Logger } from '@vms/common/logger.ts';
import { z } from 'zod';
import { type Configuration, configurationSchema } from './configuration.ts';

/** Milliseconds between two looks at the file; SIGHUP looks at once. */
export const POLL_INTERVAL_MS = 2_000;

export interface ConfigurationInForceOptions {
  /** What a person edits. */
  readonly file: string;
  /** Where the processes read what is in force: a wrong file must not keep one from restarting. */
  readonly copy: string;
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Reads and checks the file again. @throws ConfigError, CliError */
  load(): Configuration;
  /** Keys that are live have changed. */
  onChange(configuration: Configuration): void;
}

/**
 * The configuration that the system runs with. Changes of keys that are marked as live are taken over,
 * of others it says that they need a restart, and a wrong file is refused: the old one stays in force,
 * also for a process that is started again.
 */
export class ConfigurationInForce {
  readonly #options: ConfigurationInForceOptions;
  #current: Configuration;
  /** As it was read last, so that everything is told once. */
  #text: string | undefined;
  #timer: Timer | undefined;

  constructor(options: ConfigurationInForceOptions) {
    this.#options = options;
    this.#current = options.configuration;
    this.#text = textOf(options.file);
  }

  /** Writes the copy and looks for changes from now on: when no other launcher has this system. */
  begin(): void {
    this.#write();
    this.#timer = this.#options.clock.every(POLL_INTERVAL_MS, () => {
      if (textOf(this.#options.file) !== this.#text) this.look();
    });
  }

  /** The copy goes, as it may hold secrets. */
  stop(): void {
    if (this.#timer === undefined) return;
    this.#timer.cancel();
    this.#timer = undefined;
    rmSync(this.#options.copy, { force: true });
  }

  /** Reads the file now. */
  look(): void {
    if (this.#timer === undefined) return;
    const { file, load, logger, onChange } = this.#options;
    this.#text = textOf(file);
    let written: Configuration;
    try {
      written = load();
    } catch (error) {
      const why = messageOf(error);
      logger.error({ file }, `The changed configuration is refused, the old one stays: ${why}`);
      return;
    }
    const changed = changedKeys(this.#current, written);
    const live = changed.filter(isLive);
    const others = needRestart(changed).map(describeKey);
    if (others.length > 0) {
      logger.warn({ keys: others }, `Changes of ${others.join(', ')} need a restart.`);
    }
    if (live.length === 0) return;
    this.#current = live.reduce((config, path) => withKey(config, path, written), this.#current);
    this.#write();
    onChange(this.#current);
    logger.info({ keys: live.map(describeKey) }, 'Changes of the configuration are in force.');
  }

  #write(): void {
    const { copy } = this.#options;
    const temporary = `${copy}.${process.pid}`;
    // JSON is YAML; what looks like a variable is none any more.
    const text = JSON.stringify(this.#current).replaceAll('${', () => '$${');
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, copy);
  }
}

type KeyPath = readonly string[];

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Keys of the services' parts that differ; a list or a nested object counts as one key. */
function changedKeys(before: Configuration, after: Configuration): KeyPath[] {
  return Object.keys(before).flatMap((part) => {
    const [old, next] = [partOf(before, part), partOf(after, part)];
    const keys = [...new Set([...Object.keys(old), ...Object.keys(next)])];
    return keys
      .filter((key) => !isDeepStrictEqual(old[key], next[key]))
      .map((key): KeyPath => [part, key]);
  });
}

function withKey(config: Configuration, [part = '', key = '']: KeyPath, from: Configuration) {
  return { ...config, [part]: { ...partOf(config, part), [key]: partOf(from, part)[key] } };
}

function partOf(config: Configuration, part: string): Record<string, unknown> {
  return (config as unknown as Record<string, Record<string, unknown>>)[part] ?? {};
}

interface Part {
  readonly properties?: Readonly<Record<string, KeyFacts>>;
}
const { properties } = z.toJSONSchema(configurationSchema, { io: 'input' }) as {
  properties: Readonly<Record<string, Part>>;
};

/** Without those that only follow another: a port changes the addresses at which others find it. */
function needRestart(changed: readonly KeyPath[]): readonly KeyPath[] {
  const all = changed.filter((path) => !isLive(path));
  const leading = all.filter((path) => factsOf(path)?.byDefault === undefined);
  return leading.length > 0 ? leading : all;
}

function isLive(path: KeyPath): boolean {
  return factsOf(path)?.live === true;
}

function factsOf([part = '', key = '']: KeyPath): KeyFacts | undefined {
  return properties[part]?.properties?.[key];
}
