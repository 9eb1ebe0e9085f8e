// What the sessions with VS Code's own client library have in common: how the server is started, what it
// is answered, and what is said of how it went.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

import { StdoutCheck } from './stdout.mjs';

const SESSION_LIMIT_MS = 600_000;
const EXIT_LIMIT_MS = 10_000;

/** What VS Code 1.105 with its Go extension says it can do, in what gopls looks at. */
export const capabilities = JSON.parse(
  readFileSync(new URL('capabilities.json', import.meta.url), 'utf8'));

const checks = [];
/** Notes something that held. */
export const check = (name) => checks.push(name);

/** Loads modules from where the tests installed them. */
export function installed() {
  const modules = process.env.GOPLENS_TEST_NODE_MODULES;
  const base = modules ? resolve(modules, '..', 'session.mjs') : import.meta.url;
  return createRequire(base);
}

/** Loads the client library. */
export const library = () => installed()('vscode-languageserver-protocol/node');

/** Answers what gopls asks of VS Code. */
export function answerServer(lsp, connection, folder) {
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

/** Starts the server, plays the session and judges its end. */
async function judge(lsp, session) {
  const [binary, module] = process.argv.slice(2);
  assert.ok(binary && module, `usage: node ${process.argv[1]} SERVER MODULE`);
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

/** Runs a session by this copy of the library, from `initialize` to `exit`, and prints how it went. */
export async function run(lsp, session) {
  try {
    await judge(lsp, session);
    console.log(JSON.stringify({ ok: true, checks }));
    process.exit(0);
  } catch (error) {
    console.log(JSON.stringify({ ok: false, checks, error: String(error?.message ?? error) }));
    process.exit(1);
  }
}
