// "Explain this finding": by a command, and among the quick fixes.

import * as vscode from 'vscode';

import { isCode } from '../core/page';
import type { Watch } from '../core/watch';
import { ask } from './ask';
import { codeOf } from './diagnostics';
import { show } from './pages';

/** The command, which takes a code or goes by the cursor. */
export const EXPLAIN = 'goplens.explain';

/** Explains this code, else that of the finding at the cursor, else one that is chosen. */
export async function explain(watch: Watch, code?: unknown): Promise<void> {
  const wanted = typeof code === 'string' ? code : (atCursor() ?? (await choose(watch)));
  if (wanted !== undefined && isCode(wanted)) await show(wanted);
}

/** Offers the page of each finding where the lightbulb is. */
export class Explanations implements vscode.CodeActionProvider {
  /** Findings are shown in Go files, go.mod, go.work, settings. */
  register(): vscode.Disposable {
    const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    return vscode.languages.registerCodeActionsProvider({ scheme: 'file' }, this, kinds);
  }

  provideCodeActions(
    _document: vscode.TextDocument,
    _range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const codes = new Map<string, vscode.Diagnostic[]>();
    for (const diagnostic of context.diagnostics) {
      const code = codeOf(diagnostic);
      if (code !== undefined) codes.set(code, [...(codes.get(code) ?? []), diagnostic]);
    }
    return [...codes].map(([code, diagnostics]) => {
      const title = `Explain: ${code}`;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.diagnostics = diagnostics;
      action.command = { title, command: EXPLAIN, arguments: [code] };
      return action;
    });
  }
}

/** The code of the finding at the cursor, else in its line. */
function atCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return undefined;
  const { document, selection } = editor;
  const found = vscode.languages.getDiagnostics(document.uri).filter((one) => codeOf(one) !== undefined);
  const line = document.lineAt(selection.active.line).range;
  const nearest =
    found.find(({ range }) => range.contains(selection.active)) ??
    found.find(({ range }) => range.intersection(line) !== undefined);
  return nearest && codeOf(nearest);
}

/** One of the findings of the session, else of all that there are. */
async function choose(watch: Watch): Promise<string | undefined> {
  const here = watch.view?.findings ?? [];
  const items = here.map(({ code, title }) => ({ label: code, description: title }));
  const all = (await ask(['explain'])) ?? '';
  for (const line of all.split('\n')) {
    const [, label, description] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const told = items.some((item) => item.label === label);
    if (label !== undefined && description !== undefined && !told) items.push({ label, description });
  }
  const placeHolder = 'There is no finding at the cursor. Which one is to be explained?';
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.label;
}
