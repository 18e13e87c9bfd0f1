import { VmsError } from './errors.ts';

export type ConfigErrorCode =
  | 'config.invalid'
  | 'config.syntax'
  | 'config.too-large'
  | 'config.variable-missing';

/** A configuration that cannot be used; nothing was started with it. */
export class ConfigError extends VmsError<ConfigErrorCode> {}
