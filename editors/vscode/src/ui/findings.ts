// "Show findings": a list to choose from, each with its page.

import * as vscode from 'vscode';

import type { Finding } from '../core/finding';
import { ICONS } from '../core/status';
import type { Watch } from '../core/watch';
import { show } from './pages';

/**
 * Lists what is found to be wrong. The choice of one leads to its place, or where it has none to its page, as its
 * button does.
 */
export async function findings(watch: Watch): Promise<void> {
  const { view } = watch;
  if (view === undefined || view.findings.length === 0) {
    const said = view === undefined ? 'goplens has no session in this window.' : 'Nothing is found to be wrong.';
    await vscode.window.showInformationMessage(said);
    return;
  }
  const page = { iconPath: new vscode.ThemeIcon('book'), tooltip: 'Explain' };
  const pick = vscode.window.createQuickPick<Row>();
  pick.title = 'What goplens has found';
  pick.matchOnDetail = true;
  pick.items = view.findings.map((finding) => ({ ...row(finding), buttons: [page] }));
  pick.onDidTriggerItemButton(({ item }) => {
    pick.hide();
    void show(item.finding.code);
  });
  pick.onDidAccept(() => {
    const chosen = pick.selectedItems[0]?.finding;
    pick.hide();
    if (chosen !== undefined) void reveal(chosen);
  });
  pick.onDidHide(() => {
    pick.dispose();
  });
  pick.show();
}

interface Row extends vscode.QuickPickItem {
  readonly finding: Finding;
}

function row(finding: Finding): Row {
  const { severity, title, code, uri, line } = finding;
  const row = { label: `${ICONS[severity]} ${title}`, detail: code, finding };
  if (uri === undefined) return row;
  const place = vscode.workspace.asRelativePath(vscode.Uri.parse(uri));
  return { ...row, description: `${place}:${line + 1}` };
}

/** Goes to where a finding is shown. */
async function reveal({ uri, code, line, character }: Finding): Promise<void> {
  if (uri === undefined) {
    await show(code);
    return;
  }
  try {
    const selection = new vscode.Range(line, character, line, character);
    await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection });
  } catch {
    // Its place may be a folder, or be gone.
    await show(code);
  }
}
