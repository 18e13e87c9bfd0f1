import { stringify } from 'yaml';
import { z } from 'zod';

/** The part of JSON Schema (2020-12) that zod writes for our configuration, and our facts in it. */
interface Node {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  properties?: Record<string, Node>;
  required?: string[];
  items?: Node;
  unit?: string;
  live?: true;
  example?: unknown;
  byDefault?: string;
  internal?: true;
}

/** Name of the schema file, beside the annotated one. */
export const SCHEMA_FILE = 'vms.schema.json';

/** Columns of a comment. */
const WIDTH = 98;

const PREAMBLE = `# yaml-language-server: $schema=./${SCHEMA_FILE}
#
# Everything that can be configured, with its meaning and default. Nothing has to be: an empty file, or
# none, is a whole configuration. Made from the schemas that check it; do not edit it here.
#
# Copy what you change to vms.yaml in the data directory (/var/lib/vms with the systemd unit), or name
# another file with vms start --config FILE. To set a key take the # before it away.
#
# \${NAME} in a value is the environment variable NAME, \${NAME:-value} has a default, $\${ is a plain \${.
# Passwords need not stand here: keys that end in File name a file that holds one, such as a credential
# of systemd (\${CREDENTIALS_DIRECTORY}/turn).
`;

/** JSON Schema of a configuration, for editors. */
export function editorSchema(schema: z.ZodType): object {
  const node = z.toJSONSchema(schema, { io: 'input' }) as Node;
  for (const part of Object.values(node.properties ?? {})) delete part.default;
  return forEditors(node);
}

/** A vms.yaml with every key: comments say what it means, its value is the default. */
export function annotatedYaml(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as Node;
  const parts = Object.entries(properties).map(([name, part]) => {
    const title = comment(part.description ?? '', '');
    return [...title, `${name}:`, ...keys(part, '  ')].join('\n');
  });
  return `${PREAMBLE}\n${parts.join('\n\n')}\n`;
}

/** The annotated file with every key set: what a test reads. */
export function withKeysSet(annotated: string): string {
  return annotated.replaceAll(/^( *)#(?=[^\s#])/gm, '$1');
}

function keys({ properties = {}, required = [] }: Node, indent: string): string[] {
  return Object.entries(properties)
    .filter(([, { internal }]) => internal !== true)
    .flatMap(([name, node]) => key(name, node, indent, required.includes(name)));
}

function key(name: string, node: Node, indent: string, isRequired: boolean): string[] {
  if (node.properties !== undefined) {
    const meaning = comment(node.description ?? '', indent);
    return [...meaning, `${indent}#${name}:`, ...keys(node, `${indent}  `)];
  }
  const about = comment(`${node.description ?? ''} ${factsOf(node, isRequired)}`, indent);
  const { items } = node;
  if (items?.properties !== undefined) {
    const inner = keys(items, `${indent}    `);
    // The first key of an element carries the dash of the list.
    const first = inner.findIndex((line) => /^ *#\S/.test(line));
    inner[first] = (inner[first] ?? '').replace('  #', '#- ');
    return [...about, `${indent}#${name}:`, ...inner];
  }
  return [...about, `${indent}#${name}: ${oneLine(node.example ?? node.default)}`];
}

/** `Seconds, 1 to 600. Default 10.` */
function factsOf(node: Node, isRequired: boolean): string {
  const { byDefault, default: value, example, live, maxItems, unit } = node;
  const facts: string[] = [];
  const range = rangeOf(node);
  const amount = [unit, range].filter(Boolean).join(', ');
  if (amount !== '') facts.push(`${amount.charAt(0).toUpperCase()}${amount.slice(1)}.`);
  if (node.enum !== undefined) facts.push(`One of ${node.enum.join(', ')}.`);
  if (maxItems !== undefined) facts.push(`At most ${maxItems}.`);
  if (isRequired) facts.push('Required.');
  else if (byDefault !== undefined) facts.push(`Default: ${byDefault}.`);
  else if (example !== undefined && value === undefined) facts.push('Default: none.');
  else facts.push(`Default: ${oneLine(value)}.`);
  if (live === true) facts.push('Changes are taken over while the system runs.');
  return facts.join(' ');
}

function rangeOf({ minimum, maximum }: Node): string {
  const from = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const to = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  if (from === undefined) return to === undefined ? '' : `at most ${to}`;
  return to === undefined ? `at least ${from}` : `${from} to ${to}`;
}

function oneLine(value: unknown): string {
  const text = stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    defaultStringType: 'PLAIN',
  });
  return text.trimEnd();
}

/** Text as comment lines of bounded width. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.trim().split(/\s+/)) {
    if (line !== '' && `${indent}# ${line} ${word}`.length > WIDTH) {
      lines.push(`${indent}# ${line}`);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, `${indent}# ${line}`];
}

function forEditors({ internal, live, example, byDefault, unit, ...node }: Node): object {
  const { properties, items } = node;
  if (byDefault !== undefined) delete node.default;
  const description = [
    node.description,
    unit !== undefined && `Unit: ${unit}.`,
    byDefault !== undefined && `Default: ${byDefault}.`,
  ];
  return {
    ...node,
    ...(node.description !== undefined && { description: description.filter(Boolean).join(' ') }),
    ...(example !== undefined && { examples: [example] }),
    ...(items !== undefined && { items: forEditors(items) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties)
          .filter(([, each]) => each.internal !== true)
          .map(([name, each]) => [name, forEditors(each)]),
      ),
    }),
  };
}
