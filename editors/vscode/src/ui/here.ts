// What this window and this machine have.

import { homedir } from 'node:os';

import * as vscode from 'vscode';

import type { Present } from '../core/lack';
import { type Located, locate } from '../core/locate';
import type { Window } from '../core/window';

/** The name of the Go extension. */
const GO = 'golang.go';

/** The window, as a language server that it starts is told of it. */
export function window(): Window {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return { editor: vscode.env.appName, folders: folders.map(({ uri }) => uri.toString()) };
}

/** Where goplens is. */
export async function located(): Promise<Located> {
  return locate({
    path: vscode.workspace.getConfiguration('goplens').get<string>('path'),
    alternateGopls: alternateGopls(),
    environment: process.env,
    home: homedir(),
    windows: process.platform === 'win32',
  });
}

/** What there is and what is not. */
export async function present(): Promise<Present> {
  return {
    located: await located(),
    goExtension: vscode.extensions.getExtension(GO) !== undefined,
    languageServer: vscode.workspace.getConfiguration('go').get<boolean>('useLanguageServer') ?? true,
    goFile: vscode.workspace.textDocuments.some(({ languageId }) => languageId === 'go'),
  };
}

/** What the Go extension has for gopls. A folder that is not trusted names no program. */
function alternateGopls(): string | undefined {
  const go = vscode.workspace.getConfiguration('go');
  const tools = vscode.workspace.isTrusted
    ? go.get<Record<string, string>>('alternateTools')
    : go.inspect<Record<string, string>>('alternateTools')?.globalValue;
  return tools?.gopls;
}
