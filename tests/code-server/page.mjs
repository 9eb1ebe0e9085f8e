// What is read off the page: these run in the browser, each by itself.

/** Where a word is, in the first line of the editor in front that contains `line`. */
export function boxOf([line, word]) {
  const group = document.querySelector('.editor-group-container.active');
  for (const one of group?.querySelectorAll('.view-lines .view-line') ?? []) {
    const nodes = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
    const parts = [];
    let text = '';
    while (nodes.nextNode()) {
      parts.push([nodes.currentNode, text.length]);
      text += nodes.currentNode.data.replaceAll('\u00a0', ' ');
    }
    const at = text.includes(line) ? text.indexOf(word, text.indexOf(line)) : -1;
    if (at < 0) continue;
    const place = (offset) => {
      const [node, from] = parts.findLast(([, from]) => from <= offset);
      return [node, offset - from];
    };
    const range = document.createRange();
    range.setStart(...place(at));
    const [last, offset] = place(at + word.length - 1);
    range.setEnd(last, offset + 1);
    const { x, y, width, height } = range.getBoundingClientRect();
    if (width > 0) return { x, y, width, height };
  }
  return undefined;
}

/** The findings and complaints in the Problems panel. */
export function problemsOf() {
  const rows = [...document.querySelectorAll('.markers-panel .monaco-list-row')];
  return rows.map((row) => {
    const code = row.querySelector('.marker-code');
    return {
      text: row.ariaLabel ?? '',
      source: row.querySelector('.marker-source')?.textContent ?? '',
      code: code?.textContent ?? '',
      link: code?.closest('a')?.getAttribute('href') ?? '',
    };
  }).filter(({ source }) => source !== '');
}
