// Pages that are no files: those of the findings, as `goplens explain` has them.

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import * as vscode from 'vscode';

import { message } from '../core/finding';
import { HOW_TO_GET as GETTING } from '../core/lack';
import { isCode, page } from '../core/page';
import type { Watch } from '../core/watch';
import { ask } from './ask';
import { shown } from './diagnostics';

const SCHEME = 'goplens';

/** The name of the page on how to get goplens. */
export const HOW_TO_GET = 'how-to-get-goplens';

/** Shows the page of a code, or of another name, as Markdown is shown. */
export async function show(name: string): Promise<void> {
  const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}.md` });
  Pages.changed.fire(uri);
  try {
    await vscode.commands.executeCommand('markdown.showPreview', uri);
  } catch {
    // The preview is an extension, which can be switched off.
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}

/** Gives the text of a page, with what was found in this window's session. */
export class Pages implements vscode.TextDocumentContentProvider {
  static readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = Pages.changed.event;
  readonly #state: string;
  readonly #watch: Watch;

  constructor(state: string, watch: Watch) {
    this.#state = state;
    this.#watch = watch;
  }

  /** Has the editor ask here for pages. */
  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const name = basename(uri.path, '.md');
    if (name === HOW_TO_GET) return GETTING;
    const explained = isCode(name) ? await this.#explained(name) : undefined;
    const findings = (this.#watch.view?.findings ?? []).filter(({ code }) => code === name);
    // Where no session could be written down, what the editor shows is all there is.
    const here = findings.length > 0 ? findings.map(message) : shown(name);
    return page(explained ?? `# ${name}\n\ngoplens has no page on this.\n`, here);
  }

  async #explained(code: string): Promise<string | undefined> {
    const told = await ask(['explain', code]);
    if (told !== undefined) return told;
    try {
      // A session writes down the pages of its findings.
      return await readFile(join(this.#state, 'findings', `${code}.md`), 'utf8');
    } catch {
      return undefined;
    }
  }
}
