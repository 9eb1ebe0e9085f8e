// Random edits of a file, and semantic tokens as VS Code's own language client asks for them.
//
//   GOPLENS_TEST_NODE_MODULES=DIR node tokens.mjs SERVER MODULE EDITS
//
// After each edit the tokens that VS Code would show are held against all tokens of the file. Prints how
// it went, as session.mjs does.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { answerServer, check, run } from './run.mjs';
import { lsp, Shown, Tokens } from './vscode.mjs';

const EDITS = Number(process.argv[4]);

/** What is typed: good Go, text of several lines and scripts, and what is no Go at all. */
const TYPED = [
  '', '\n', 'x', ' ', '/* “é” 👋 */', '// a comment\n', 'func f() int { return 1 }\n', 'var a, b = 1, "s"\n',
  'type T[E any] struct { next *T[E] }\n', 'for i := range 10 { _ = i }\n', '`raw\nstring`', '}', '{', '"',
  'const c = iota\n', 'fmt.Println("👋", greet.Hello("x"))\n',
];

/** Numbers that are the same in every run, below 1 (mulberry32). */
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An edit of a text behind its head: a range, in lines and UTF-16 units, and what is to stand there. */
function edit(text, head, random) {
  const below = (most) => Math.floor(random() * most);
  let start = head + below(text.length - head + 1);
  let end = Math.min(text.length, start + (random() < 0.5 ? 0 : below(40)));
  // Not within a surrogate pair.
  const inPair = (at) => /[\udc00-\udfff]/.test(text[at] ?? '');
  if (inPair(start)) start -= 1;
  if (inPair(end)) end += 1;
  const position = (at) => {
    const lines = text.slice(0, at).split('\n');
    return { line: lines.length - 1, character: lines.at(-1).length };
  };
  const typed = TYPED[below(TYPED.length)];
  return {
    change: { range: { start: position(start), end: position(end) }, text: typed },
    text: text.slice(0, start) + typed + text.slice(end),
  };
}

await run(lsp, async (_, connection, root) => {
  const folder = { uri: pathToFileURL(root).href, name: 'hello' };
  const uri = pathToFileURL(join(root, 'main.go')).href;
  const original = readFileSync(join(root, 'main.go'), 'utf8');
  answerServer(lsp, connection, folder);

  const tokens = new Tokens(connection);
  const capabilities = { workspace: { configuration: true, workspaceFolders: true } };
  tokens.fill(capabilities);
  const initialized = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    rootUri: folder.uri,
    capabilities,
    initializationOptions: { semanticTokens: true },
    workspaceFolders: [folder],
  });
  const { provider } = tokens.begin(initialized.capabilities);
  assert.ok(provider.provideDocumentSemanticTokensEdits, 'the client was not offered edits');
  await connection.sendNotification(lsp.InitializedNotification.type, {});

  // A changed import would be loaded.
  const head = original.indexOf('func ');
  let text = original;
  let version = 1;
  await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'go', version, text },
  });
  const { token } = new lsp.CancellationTokenSource();
  const shown = new Shown();
  await shown.update(provider, { uri }, token);
  const random = numbers(1);
  for (let count = 0; count < EDITS; count += 1) {
    // What grew or broke is put right now and then.
    const again = count % 20 === 19;
    const next = again ? { text: original, change: { text: original } } : edit(text, head, random);
    text = next.text;
    version += 1;
    await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version }, contentChanges: [next.change],
    });
    await shown.update(provider, { uri }, token);
    const all = await connection.sendRequest(lsp.SemanticTokensRequest.type, { textDocument: { uri } });
    assert.deepEqual([...shown.data], all.data, `after edit ${count} to ${JSON.stringify(next.change)}`);
  }
  assert.deepEqual([shown.whole, shown.edited], [1, EDITS]);
  check(`${shown.edited} edits of tokens`);

  await connection.sendRequest(lsp.ShutdownRequest.type);
  await connection.sendNotification(lsp.ExitNotification.type);
});
