import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  parseDocument,
  visit,
} from 'yaml';
import { ConfigError } from './config-error.ts';

/** Bytes of the largest configuration file. */
export const MAX_CONFIG_BYTES = 1024 * 1024;
/** Lists and objects within each other: several times as many as any key of ours has. */
export const MAX_CONFIG_DEPTH = 50;

export type KeyPath = readonly (string | number)[];

/** What a configuration file says, and where. */
export interface WrittenConfig {
  readonly value: unknown;
  /** Line of a key, from 1; undefined for what the file does not hold. */
  lineOf(path: KeyPath): number | undefined;
}

export interface YamlOptions {
  /** What a person calls the file. */
  readonly source: string;
  /** What `${NAME}` stands for. Default: nothing, so that every `${NAME}` without default is refused. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
}

/** `${NAME}`, `${NAME:-what to take where it is empty}`, and `$${` for a `${` that stays. */
const VARIABLE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Reads YAML 1.2 and puts the values of variables in their places. An empty text is an empty object.
 * A variable's value is text, or a number or boolean where nothing else stands in an unquoted value;
 * it is never read as YAML, nor looked through for more variables.
 *
 * @throws ConfigError `config.syntax` with line and column, or of one that nests too deeply, `config.too-large`,
 *   `config.variable-missing`
 */
export function readYaml(text: string, { source, variables = {} }: YamlOptions): WrittenConfig {
  if (text.length > MAX_CONFIG_BYTES) {
    throw new ConfigError('config.too-large', {
      happened: `The configuration ${source} is larger than ${MAX_CONFIG_BYTES} bytes.`,
      remedy: 'Check that it is the right file.',
    });
  }
  checkDepth(text, source);
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
  const lineAt = (offset: number | undefined): number | undefined =>
    offset === undefined ? undefined : lineCounter.linePos(offset).line;
  expand(document, source, variables, lineAt);
  try {
    const value: unknown = document.toJS() ?? {};
    return { value, lineOf: (path) => lineAt(offsetOf(document, path)) };
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

const COLLECTIONS: ReadonlySet<string> = new Set(['block-map', 'block-seq', 'flow-collection']);

/** Before it is composed, which takes a frame of the stack for every level. */
function checkDepth(text: string, source: string): void {
  const parser = new Parser();
  let line = 1;
  for (const lexeme of new Lexer().lex(text)) {
    // Only the stack of what is open counts here, not the tokens that are done.
    for (const _ of parser.next(lexeme));
    line += lexeme.split('\n').length - 1;
    if (parser.stack.length <= MAX_CONFIG_DEPTH) continue;
    if (parser.stack.filter(({ type }) => COLLECTIONS.has(type)).length <= MAX_CONFIG_DEPTH)
      continue;
    throw new ConfigError('config.syntax', {
      happened: `The configuration ${source} nests lists and objects more than ${MAX_CONFIG_DEPTH} levels deep at line ${line}.`,
      remedy: 'Check that it is the right file. No key of the configuration needs as many levels.',
    });
  }
}

function expand(
  document: Document.Parsed,
  source: string,
  variables: Readonly<Record<string, string | undefined>>,
  lineAt: (offset: number | undefined) => number | undefined,
): void {
  visit(document, {
    Scalar(role, node) {
      if (role === 'key' || typeof node.value !== 'string' || !node.value.includes('${')) return;
      const written = node.value;
      const expanded = written.replaceAll(VARIABLE, (whole, name?: string, fallback?: string) => {
        if (name === undefined) return '${';
        // As in a shell: an empty variable counts as none where there is a default.
        const value = variables[name];
        if (value !== undefined && (value !== '' || fallback === undefined)) return value;
        if (fallback !== undefined) return fallback;
        throw new ConfigError('config.variable-missing', {
          happened: `The configuration ${source} asks for ${whole} in line ${lineAt(node.range?.[0]) ?? '?'}, and the environment has no ${name}.`,
          remedy: `Set ${name}, or write a default: \${${name}:-…}.`,
        });
      });
      const isWhole = node.type === 'PLAIN' && /^\$\{[^}]*\}$/.test(written);
      node.value = isWhole ? plainValue(expanded) : expanded;
    },
  });
}

function plainValue(text: string): unknown {
  if (text === 'true') return true;
  if (text === 'false') return false;
  // `007` stays what it is: a password may look like a number.
  return text !== '' && String(Number(text)) === text && Number.isFinite(Number(text))
    ? Number(text)
    : text;
}

/** Where a key stands in the text, or an element of a list. */
function offsetOf(document: Document.Parsed, path: KeyPath): number | undefined {
  let node: unknown = document.contents;
  let offset: number | undefined;
  for (const part of path) {
    if (isMap(node)) {
      const pair = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(part),
      );
      if (pair === undefined) return undefined;
      if (isScalar(pair.key)) offset = pair.key.range?.[0];
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (node === undefined) return undefined;
      offset = (node as { range?: readonly number[] }).range?.[0] ?? offset;
    } else {
      // The rest is not in the text: the environment or the place of the system decided it.
      return node === null ? undefined : offset;
    }
  }
  return offset;
}
