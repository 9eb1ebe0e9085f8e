// goplens in a terminal.

import * as vscode from 'vscode';

import { located } from './here';
import { HOW_TO_GET, show } from './pages';

/** The path of goplens; where there is none, the user is told so, and how to get it. */
export async function goplens(): Promise<string | undefined> {
  const { goplens, problem } = await located();
  if (goplens !== undefined) return goplens;
  const setting = 'Open the setting';
  const how = 'How to get it';
  const said = problem ?? 'There is no goplens on this machine.';
  const chosen = await vscode.window.showErrorMessage(said, how, setting);
  if (chosen === how) await show(HOW_TO_GET);
  if (chosen === setting) await vscode.commands.executeCommand('workbench.action.openSettings', 'goplens.path');
  return undefined;
}

/** Runs goplens in a terminal that stays when it has ended; undefined where there is no goplens. */
export async function inTerminal(name: string, args: string[]): Promise<vscode.TaskExecution | undefined> {
  const program = await goplens();
  if (program === undefined) return undefined;
  const folder = vscode.workspace.workspaceFolders?.[0];
  const options = folder === undefined ? {} : { cwd: folder.uri.fsPath };
  const execution = new vscode.ProcessExecution(program, args, options);
  const scope = folder ?? vscode.TaskScope.Global;
  const task = new vscode.Task({ type: 'process' }, scope, name, 'goplens', execution, []);
  task.presentationOptions = {
    clear: true,
    focus: true,
    panel: vscode.TaskPanelKind.Dedicated,
    reveal: vscode.TaskRevealKind.Always,
  };
  return vscode.tasks.executeTask(task);
}
