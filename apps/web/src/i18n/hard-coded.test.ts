import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';

const SOURCE = join(import.meta.dirname, '..');

/** Attributes and properties of components that a person reads or hears. */
const READ =
  /^(aria-(label|description|roledescription|valuetext)|alt|title|placeholder|label|hint|text|message|error)$/;
/** A word: two letters in a row. Units and marks of one letter are no words. */
const WORD = /\p{L}{2}/u;
/** The same in every language. */
const NAMES = ['VMS Enterprise', 'rtsp://'];

/** Words for people that stand in a component rather than in the dictionaries. */
function hardCoded(name: string, body: string): string[] {
  const file = ts.createSourceFile(name, body, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const tell = (node: ts.Node, text: string): void => {
    const words = text.trim();
    if (!WORD.test(words) || NAMES.includes(words)) return;
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    found.push(`${name}:${line + 1}: ${words}`);
  };
  /** The text of an expression, on every way through it. */
  const tellText = (node: ts.Expression | undefined): void => {
    if (node === undefined) return;
    if (ts.isStringLiteralLike(node)) tell(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      tell(
        node,
        [node.head, ...node.templateSpans.map(({ literal }) => literal)]
          .map(({ text }) => text)
          .join(' '),
      );
    } else if (ts.isConditionalExpression(node)) {
      tellText(node.whenTrue);
      tellText(node.whenFalse);
    } else if (ts.isParenthesizedExpression(node)) tellText(node.expression);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) tell(node, node.text);
    else if (ts.isJsxAttribute(node)) {
      const { initializer } = node;
      if (READ.test(node.name.getText()) && initializer !== undefined) {
        tellText(
          ts.isJsxExpression(initializer)
            ? initializer.expression
            : (initializer as ts.StringLiteral),
        );
      }
    } else if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) {
      tellText(node.expression);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test('no component holds words for people: they stand in the dictionaries', () => {
  const names = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tsx'),
  );
  assert.ok(names.length > 20);
  const found = names.flatMap((name) => hardCoded(name, readFileSync(join(SOURCE, name), 'utf8')));
  assert.deepEqual(found, []);
});

test('words are found wherever they stand', () => {
  for (const tsx of [
    '<p>Some words</p>',
    "<p>{'Some words'}</p>",
    '<p>{ready ? "Some words" : t("other")}</p>',
    '<button aria-label="Some words" />',
    `<Notice title={\`Some $\{count} words\`} />`,
  ]) {
    assert.equal(hardCoded('probe.tsx', tsx).length, 1, tsx);
  }
  assert.deepEqual(
    hardCoded('probe.tsx', '<p class="muted" data-testid="words">{t("a.b")} · 3</p>'),
    [],
  );
});
