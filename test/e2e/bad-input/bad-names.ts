/** Names that a page must show as they are: none is markup, none turns its neighbours round. */
export const BAD_NAMES: readonly string[] = [
  '<img src=x onerror="window.ran = 1">',
  '<script>window.ran = 1</script>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what another language would fill in.
  '{{ name }} ${name} {name} %s $&',
  '👩‍👩‍👧‍👦 🚪',
  'بوابة المستودع',
  'שער 2',
  // Turned round from here on, this reads as a picture.
  'a\u202Egpj.exe',
  '正門'.repeat(50),
];

/** Runs in the page: texts that hold a name and let it turn what stands beside it. */
export const NOT_ISOLATED = `(() => {
  const turns = ${JSON.stringify(BAD_NAMES)}.filter((name) => /[\\u0590-\\u08FF\\u202E]/.test(name));
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (parentElement.closest('bdi, [dir=auto]') !== null) continue;
    if (turns.some((name) => data.includes(name) && !data.includes('\\u2068' + name))) {
      found.push(data);
    }
  }
  return found;
})()`;
