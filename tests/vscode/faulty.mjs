// A file that is left out of the build, in a session with VS Code's own client library.
//
//   GOPLENS_TEST_NODE_MODULES=DIR node faulty.mjs SERVER MODULE
//
// Adds the file to MODULE. Prints how it went, as session.mjs does.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { answerServer, capabilities, check, library, run } from './run.mjs';

const FAULTY = `//go:build loud

package greet

// Shout greets so that all hear it.
func Shout(name string) string {
	return Hello(name) + "!"
}
`;

/** What VS Code can show of a finding. */
const SHOWS = {
  publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
  codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } }, dataSupport: true },
};

/** Where a word is in a text, in UTF-16 units. */
function position(text, word) {
  const before = text.slice(0, text.indexOf(word)).split('\n');
  return { line: before.length - 1, character: before.at(-1).length };
}

/** The documents that are open, and what is published of them. */
class Documents {
  #lsp;
  #connection;
  #published = new Map();
  #news = new EventTarget();

  constructor(lsp, connection) {
    this.#lsp = lsp;
    this.#connection = connection;
    connection.onNotification(lsp.PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.#published.set(uri, diagnostics);
      this.#news.dispatchEvent(new Event('published'));
    });
  }

  async open(path) {
    const text = readFileSync(path, 'utf8');
    const uri = pathToFileURL(path).href;
    const textDocument = { uri, languageId: 'go', version: 1, text };
    await this.#connection.sendNotification(this.#lsp.DidOpenTextDocumentNotification.type, { textDocument });
    return { uri, text };
  }

  /** The definitions of a word. */
  async definitions({ uri, text }, word) {
    const params = { textDocument: { uri }, position: position(text, word) };
    return (await this.#connection.sendRequest(this.#lsp.DefinitionRequest.type, params)) ?? [];
  }

  /** What goplens has published of a document. */
  found({ uri }) {
    return (this.#published.get(uri) ?? []).filter(({ source }) => source === 'goplens');
  }

  /** The same, when there is something. */
  async awaited(document) {
    while (this.found(document).length === 0) await once(this.#news, 'published');
    return this.found(document);
  }
}

async function session(lsp, connection, root) {
  const folder = { uri: pathToFileURL(root).href, name: 'hello' };
  const faulty = join(root, 'greet', 'loud.go');
  writeFileSync(faulty, FAULTY);
  answerServer(lsp, connection, folder);
  const documents = new Documents(lsp, connection);
  await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    clientInfo: { name: 'Visual Studio Code', version: '1.105.1' },
    rootUri: folder.uri,
    capabilities: { ...capabilities, textDocument: { ...capabilities.textDocument, ...SHOWS } },
    initializationOptions: { semanticTokens: true },
    workspaceFolders: [folder],
  });
  await connection.sendNotification(lsp.InitializedNotification.type, {});

  const main = await documents.open(join(root, 'main.go'));
  const [definition] = await documents.definitions(main, 'Hello("');
  assert.ok((definition.targetUri ?? definition.uri).endsWith('/greet/greet.go'));
  assert.deepEqual(documents.found(main), []);
  check('definition');

  const loud = await documents.open(faulty);
  // VS Code shows nothing of this error of gopls's: the click does nothing.
  await assert.rejects(documents.definitions(loud, 'Hello(name)'));
  const [finding] = await documents.awaited(loud);
  assert.equal(finding.code, 'excluded-by-build-tag');
  assert.match(finding.message, /loud/);
  assert.ok(existsSync(fileURLToPath(finding.codeDescription.href)), finding.codeDescription.href);
  check('diagnostic');

  const actions = await connection.sendRequest(lsp.CodeActionRequest.type, {
    textDocument: { uri: loud.uri },
    range: finding.range,
    context: { diagnostics: [finding], only: ['quickfix'], triggerKind: 1 },
  });
  const own = actions.filter(({ diagnostics = [] }) => diagnostics.some(({ source }) => source === 'goplens'));
  assert.ok(own.length > 0, JSON.stringify(actions));
  check(`quick fixes: ${own.map(({ title }) => title).join(', ')}`);

  await connection.sendRequest(lsp.ShutdownRequest.type);
  await connection.sendNotification(lsp.ExitNotification.type);
}

await run(library(), session);
