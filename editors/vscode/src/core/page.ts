// The page of a finding.


/** A code, as findings have them: a name of a page, and never a path. */
export function isCode(code: string): boolean {
  return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(code);
}

/** A page of `goplens explain`, with what was found in this session, as it was told, behind its first sentence. */
export function page(explained: string, here: readonly string[]): string {
  if (here.length === 0) return explained;
  const found = ['## Found here', ...here.map(fenced)].join('\n\n');
  const at = explained.indexOf('\n## ');
  if (at < 0) return `${explained.trimEnd()}\n\n${found}\n`;
  return `${explained.slice(0, at)}\n${found}\n${explained.slice(at)}`;
}

/** The text as it is, whatever is in it. */
function fenced(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}
