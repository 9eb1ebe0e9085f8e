// A session with VS Code's own client library, as its Go extension would start it.
//
//   GOPLENS_TEST_NODE_MODULES=DIR node session.mjs SERVER MODULE
//
// SERVER is started without arguments in MODULE, which is laid out like the folder `module`
// beside this file. Prints one line of JSON, {"ok":true,"checks":[...]}, or {"ok":false,...}
// with what went wrong, and then ends with 1.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { answerServer, capabilities, check, library, run } from './run.mjs';

/** How long the editor stays open when all is done, for what goplens looks at in the background. */
const LINGER_MS = 2_500;

/** The position of the first character of `word` in `text`, in UTF-16 units. */
function position(text, word) {
  const at = text.indexOf(word);
  assert.ok(at >= 0, `no ${word} in the file`);
  const before = text.slice(0, at).split('\n');
  return { line: before.length - 1, character: before.at(-1).length };
}

/** Fails unless a cancelled request ends, and ends in a way that the client takes for that. */
async function cancelled(lsp, connection) {
  const source = new lsp.CancellationTokenSource();
  const request = connection.sendRequest(
    lsp.WorkspaceSymbolRequest.type, { query: 'e' }, source.token);
  setImmediate(() => source.cancel());
  try {
    await request;
    return 'a result';
  } catch (error) {
    assert.equal(error.code, lsp.LSPErrorCodes.RequestCancelled, error.message);
    return `error ${error.code}`;
  }
}

/** Fails unless the definition of `greet.Hello` in main.go is the function in greet.go. */
async function definition(lsp, connection, uri, text, expected) {
  const locations = await connection.sendRequest(lsp.DefinitionRequest.type, {
    textDocument: { uri },
    position: position(text, 'Hello("'),
  });
  assert.equal(locations?.length, 1, `definition gave ${JSON.stringify(locations)}`);
  const found = locations[0];
  assert.equal(found.targetUri ?? found.uri, expected.uri);
  assert.deepEqual((found.targetSelectionRange ?? found.range).start, expected.position);
}

/** The session, from initialize to exit. */
async function session(lsp, connection, root) {
  const folder = { uri: pathToFileURL(root).href, name: 'hello' };
  const uri = pathToFileURL(join(root, 'main.go')).href;
  let text = readFileSync(join(root, 'main.go'), 'utf8');
  const greet = join(root, 'greet', 'greet.go');
  const expected = {
    uri: pathToFileURL(greet).href,
    position: position(readFileSync(greet, 'utf8'), 'Hello('),
  };
  const asked = answerServer(lsp, connection, folder);

  const initialized = await connection.sendRequest(lsp.InitializeRequest.type, {
    processId: process.pid,
    clientInfo: { name: 'Visual Studio Code', version: '1.105.1' },
    locale: 'en',
    rootPath: root,
    rootUri: folder.uri,
    capabilities,
    initializationOptions: { semanticTokens: true },
    trace: 'off',
    workspaceFolders: [folder],
  });
  assert.equal(initialized.serverInfo.name, 'gopls');
  assert.ok(initialized.capabilities.definitionProvider);
  check('initialize');
  await connection.sendNotification(lsp.InitializedNotification.type, {});

  await connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: 'go', version: 1, text },
  });
  // The workspace is still being loaded now, so this one is cancelled while it waits.
  check(`cancel: ${await cancelled(lsp, connection)}`);

  await definition(lsp, connection, uri, text, expected);
  check('definition');

  const hover = await connection.sendRequest(lsp.HoverRequest.type, {
    textDocument: { uri }, position: position(text, 'Hello("') });
  assert.match(JSON.stringify(hover), /Hello greets somebody by name/);
  check('hover');

  const tokens = await connection.sendRequest(lsp.SemanticTokensRequest.type, {
    textDocument: { uri } });
  assert.ok(tokens.data.length > 0 && tokens.data.length % 5 === 0,
    `semantic tokens have ${tokens.data.length} numbers`);
  check('semanticTokens/full');

  const insertion = '// “Grüße” 👋\n';
  text = insertion + text;
  await connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
    textDocument: { uri, version: 2 },
    contentChanges: [{
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      text: insertion,
    }],
  });
  await definition(lsp, connection, uri, text, expected);
  check('definition after didChange');

  assert.ok(asked.has('workspace/configuration'), 'the server did not ask for the settings');
  check(`server requests: ${[...asked].sort().join(' ')}`);

  await sleep(LINGER_MS);
  await connection.sendRequest(lsp.ShutdownRequest.type);
  check('shutdown');
  await connection.sendNotification(lsp.ExitNotification.type);
}

await run(library(), session);
