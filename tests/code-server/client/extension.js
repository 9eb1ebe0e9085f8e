// Starts gopls by VS Code's client library as golang.go does, in what goplens gets to see of it: the binary is asked
// for its version, then started without an argument, and started again when it ends, four times.

'use strict';

const { execFile } = require('node:child_process');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const vscode = require('vscode');

// The library stands where the tests installed it, and not beside this file.
const installed = createRequire(join(process.env.GOPLENS_TEST_CODE_SERVER, 'here.js'));
const { CloseAction, ErrorAction, LanguageClient } = installed('vscode-languageclient/node');

/** The fifth end of gopls is the last. */
const ENDS = 5;

/** What golang.go asks first: `<binary> version -json`, without a limit. */
function version(binary, options) {
  return new Promise((done) => {
    execFile(binary, ['version', '-json'], options, (error, stdout) => done(error ? undefined : stdout));
  });
}

/** Whether and how it goes on when gopls has failed or ended. */
class Restarts {
  ends = 0;
  failed = false;

  error(_error, _message, count) {
    return { message: '', action: count < ENDS ? ErrorAction.Continue : ErrorAction.Shutdown };
  }

  closed() {
    if (this.failed) return { message: 'The gopls server failed to initialize.', action: CloseAction.DoNotRestart };
    this.ends += 1;
    return { message: '', action: this.ends < ENDS ? CloseAction.Restart : CloseAction.DoNotRestart };
  }
}

exports.activate = async (context) => {
  const go = vscode.workspace.getConfiguration('go');
  // Without the setting it is the one on PATH.
  const command = go.get('alternateTools').gopls ?? 'gopls';
  const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const env = { ...process.env, ...go.get('toolsEnvVars') };
  await version(command, { cwd, env });
  const restarts = new Restarts();
  const languages = ['go', 'go.mod', 'go.work'];
  const client = new LanguageClient('go', 'gopls', { command, args: [], options: { cwd, env } }, {
    documentSelector: languages.map((language) => ({ language, scheme: 'file' })),
    initializationOptions: vscode.workspace.getConfiguration('gopls'),
    errorHandler: restarts,
    initializationFailedHandler: () => {
      restarts.failed = true;
      return false;
    },
  });
  context.subscriptions.push(client);
  await client.start();
};
