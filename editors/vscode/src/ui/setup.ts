// `goplens setup vscode` in a terminal, and what is to be done when it has ended.

import * as vscode from 'vscode';

import { inTerminal } from './run';

/** Has the Go extension start goplens. */
export async function setUp(): Promise<void> {
  await change('Set up', ['setup', 'vscode']);
}

/** Puts the settings back. */
export async function undo(): Promise<void> {
  await change('Undo the set-up', ['setup', 'vscode', '--undo']);
}

/** Changes the editor's settings; when that has ended offers to go by them, or says that it went wrong. */
async function change(name: string, args: string[]): Promise<void> {
  const exitCode = await exitCodeOf(() => inTerminal(name, args));
  // Without a code the user has closed the terminal.
  if (exitCode === 0) await offerReload();
  else if (exitCode !== undefined) await tellFailure(name);
}

/** Starts a task, and waits for its exit code; undefined where it has none, or nothing was started. */
async function exitCodeOf(start: () => Promise<vscode.TaskExecution | undefined>): Promise<number | undefined> {
  // It may end before this hears that it was started.
  const ended: vscode.TaskProcessEndEvent[] = [];
  let hear = (event: vscode.TaskProcessEndEvent): void => void ended.push(event);
  const listening = vscode.tasks.onDidEndTaskProcess((event) => {
    hear(event);
  });
  try {
    const execution = await start();
    if (execution === undefined) return undefined;
    return await new Promise((done) => {
      hear = (event) => {
        if (event.execution === execution) done(event.exitCode);
      };
      ended.forEach(hear);
    });
  } finally {
    listening.dispose();
  }
}

async function offerReload(): Promise<void> {
  const reload = 'Reload the window';
  const said = 'The Go extension goes by the new settings when the window is loaded again.';
  if ((await vscode.window.showInformationMessage(said, reload)) === reload) {
    await vscode.commands.executeCommand('workbench.action.reloadWindow');
  }
}

async function tellFailure(name: string): Promise<void> {
  const terminal = 'Show the terminal';
  const said = `goplens: ${name} did not do all that it should. The terminal says why.`;
  if ((await vscode.window.showErrorMessage(said, terminal)) === terminal) {
    await vscode.commands.executeCommand('workbench.action.terminal.focus');
  }
}
