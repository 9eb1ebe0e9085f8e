// A session with VS Code's own client library, as its Go extension would start it.
//
//   GOPLENS_TEST_NODE_MODULES=DIR node session.mjs SERVER MODULE
//
// SERVER is started without arguments in MODULE, which is laid out like the folder `module`
// beside this file. Prints one line of JSON, {"ok":true,"checks":[...]}, or {"ok":false,...}
// with what went wrong, and then ends with 1.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { StdoutCheck } from './stdout.mjs';

const SESSION_LIMIT_MS = 120_000;
const EXIT_LIMIT_MS = 10_000;
/** How long the editor stays open when all is done, for what goplens looks at in the background. */
const LINGER_MS = 2_500;

/** What VS Code 1.105 with its Go extension says it can do, in what gopls looks at. */
const capabilities = JSON.parse(
  readFileSync(new URL('capabilities.json', import.meta.url), 'utf8'));

const checks = [];
/** Notes something that held. */
const check = (name) => checks.push(name);

/** Loads the client library from where the tests installed it. */
function library() {
  const modules = process.env.GOPLENS_TEST_NODE_MODULES;
  const base = modules ? resolve(modules, '..', 'session.mjs') : import.meta.url;
  return createRequire(base)('vscode-languageserver-protocol/node');
}

/** The position of the first character of `word` in `text`, in UTF-16 units. */
function position(text, word) {
  const at = text.indexOf(word);
  assert.ok(at >= 0, `no ${word} in the file`);
  const before = text.slice(0, at).split('\n');
  return { line: before.length - 1, character: before.at(-1).length };
}

/** Answers what gopls asks of VS Code. */
function answerServer(lsp, connection, folder) {
  const asked = new Set();
  const answer = (type, reply) =>
    connection.onRequest(type, (params) => {
      asked.add(type.method);
      return reply(params);
    });
  answer(lsp.ConfigurationRequest.type, ({ items }) => items.map(() => ({ semanticTokens: true })));
  answer(lsp.WorkspaceFoldersRequest.type, () => [folder]);
  answer(lsp.RegistrationRequest.type, () => undefined);
  answer(lsp.UnregistrationRequest.type, () => undefined);
  answer(lsp.WorkDoneProgressCreateRequest.type, () => undefined);
  answer(lsp.ApplyWorkspaceEditRequest.type, () => ({ applied: true }));
  answer(lsp.ShowMessageRequest.type, () => null);
  answer(lsp.ShowDocumentRequest.type, () => ({ success: true }));
  return asked;
}

/** Fails unless a cancelled request ends, and ends in one of the ways that gopls ends it. */
async function cancelled(lsp, connection) {
  const source = new lsp.CancellationTokenSource();
  const request = connection.sendRequest(
    lsp.WorkspaceSymbolRequest.type, { query: 'e' }, source.token);
  setImmediate(() => source.cancel());
  try {
    await request;
    return 'a result';
  } catch (error) {
    const isCancelled = error.code === lsp.LSPErrorCodes.RequestCancelled
      || (error.code === 0 && /context canceled/.test(error.message));
    assert.ok(isCancelled, `a cancelled request ended with ${error.code}: ${error.message}`);
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

/** Resolves to the exit code when the server has ended and nobody holds its stdout any more. */
function ended(server) {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.once('close', (code, signal) => done(signal ?? code));
  });
}

/** Rejects after `ms`, unless `promise` settles before. */
function within(ms, promise, what) {
  let timer;
  const limit = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} took more than ${ms} ms`)), ms);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

/** Starts the server, runs the session and judges its end. */
async function main() {
  const [binary, module] = process.argv.slice(2);
  assert.ok(binary && module, 'usage: node session.mjs SERVER MODULE');
  const lsp = library();
  const root = realpathSync(module);
  const server = spawn(resolve(binary), [], { cwd: root });
  let stderr = '';
  server.stderr.setEncoding('utf8').on('data', (text) => { stderr = (stderr + text).slice(-4000); });
  const stdout = new StdoutCheck();
  server.stdout.on('data', (chunk) => stdout.add(chunk));
  const end = ended(server);
  const early = end.then((code) => {
    throw new Error(`the server ended early with ${code}: ${stderr}`);
  });
  early.catch(() => {});

  try {
    const complaints = [];
    const complain = (text) => complaints.push(String(text));
    const logger = { error: complain, warn: complain, info() {}, log() {} };
    const connection = lsp.createProtocolConnection(server.stdout, server.stdin, logger);
    connection.onError(([error]) => complain(error.message));
    connection.listen();
    await within(SESSION_LIMIT_MS, Promise.race([session(lsp, connection, root), early]), 'the session');
    // VS Code closes nothing after `exit`; the server has to end by itself.
    const code = await within(EXIT_LIMIT_MS, end, 'the exit');
    assert.equal(code, 0, `exit code ${code}: ${stderr}`);
    check('exit code 0');
    stdout.end();
    assert.deepEqual(stdout.faults, []);
    check('every byte of stdout belongs to a message');
    assert.deepEqual(complaints, []);
    check('the client library had nothing to complain of');
  } finally {
    server.kill('SIGKILL');
  }
}

try {
  await main();
  console.log(JSON.stringify({ ok: true, checks }));
  process.exit(0);
} catch (error) {
  console.log(JSON.stringify({ ok: false, checks, error: String(error?.message ?? error) }));
  process.exit(1);
}
