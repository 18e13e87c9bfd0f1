import type { Text } from '../language/text.ts';

/** An option of a command, `--name`. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** What stands for its value in help; only with `string`. */
  readonly value?: string | Text;
  readonly help: Text;
  /** The only values that it takes. */
  readonly choices?: readonly string[];
  /** For the program itself: in no help. */
  readonly hidden?: true;
}

/** What a command takes besides options, in this order. */
export interface ArgumentSpec {
  readonly name: Text;
  readonly help: Text;
  readonly optional?: true;
  /** Any number of them; only the last. */
  readonly repeated?: true;
}

export interface ExampleSpec {
  readonly line: string | Text;
  readonly help: Text;
}

/** A command: what it takes, and what its help says. */
export interface CommandSpec {
  /** One line of the list of commands. */
  readonly summary: Text;
  /** More, where the summary does not say all that matters. */
  readonly details?: Text;
  readonly arguments: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** At least one. */
  readonly examples: readonly ExampleSpec[];
}

type Value<Spec extends OptionSpec> = Spec['type'] extends 'boolean' ? boolean : string | undefined;

/** What was given for each option of a command: false and undefined where it was not. */
export type ValuesOf<Options extends Readonly<Record<string, OptionSpec>>> = {
  readonly [Name in keyof Options]: Value<Options[Name]>;
};
