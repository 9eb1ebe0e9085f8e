// What the editor shows of goplens.

import * as vscode from 'vscode';

/** What goplens calls itself in a diagnostic. */
const SOURCE = 'goplens';

/** The code of a finding; undefined where the diagnostic is none. */
export function codeOf({ source, code }: vscode.Diagnostic): string | undefined {
  if (source !== SOURCE) return undefined;
  const value = typeof code === 'object' ? code.value : code;
  return typeof value === 'string' ? value : undefined;
}

/** What is shown with this code, each text once. */
export function shown(code: string): string[] {
  const all = vscode.languages.getDiagnostics().flatMap(([, diagnostics]) => diagnostics);
  return [...new Set(all.filter((one) => codeOf(one) === code).map(({ message }) => message))];
}
