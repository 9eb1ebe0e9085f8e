// The item in the status bar, and the looks that keep it true.

import * as vscode from 'vscode';

import { lacks } from '../core/lack';
import { type Status, ofNone, ofSession } from '../core/status';
import type { Watch } from '../core/watch';
import { present } from './here';

/** How long after a look comes the next, in milliseconds: while somebody looks at the window, and else. */
const PAUSE = { seen: 1000, unseen: 5000 };

/** Shows what a watch sees until it is disposed of. */
export class Bar implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #watch: Watch;
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;
  #stale = true;
  #over = false;

  constructor(watch: Watch) {
    this.#watch = watch;
    this.#item = vscode.window.createStatusBarItem('goplens', vscode.StatusBarAlignment.Right, 50);
    this.#item.name = 'goplens';
    this.#item.command = 'goplens.menu';
    const stale = (): void => {
      this.#stale = true;
    };
    this.#subscriptions = [
      // Each of them may change what is missing.
      vscode.workspace.onDidChangeConfiguration(stale),
      vscode.extensions.onDidChange(stale),
      vscode.workspace.onDidOpenTextDocument(({ languageId }) => {
        if (languageId === 'go') stale();
      }),
      vscode.window.onDidChangeWindowState(stale),
    ];
    void this.#go();
  }

  dispose(): void {
    this.#over = true;
    clearTimeout(this.#timer);
    for (const one of [this.#item, ...this.#subscriptions]) one.dispose();
  }

  async #go(): Promise<void> {
    if ((await this.#watch.look()) || this.#stale) {
      this.#stale = false;
      const { view } = this.#watch;
      this.#show(view === undefined ? ofNone(lacks(await present())) : ofSession(view));
    }
    if (this.#over) return;
    const pause = vscode.window.state.focused ? PAUSE.seen : PAUSE.unseen;
    this.#timer = setTimeout(() => void this.#go(), pause);
  }

  #show({ text, tooltip, colour }: Status): void {
    if (this.#over) return;
    this.#item.text = text;
    // Read aloud, else the whole tooltip would be.
    this.#item.accessibilityInformation = { label: text.replace(/\$\(([a-z-]+)[^)]*\)/g, '$1') };
    this.#item.tooltip = new vscode.MarkdownString(tooltip, true);
    this.#item.backgroundColor = colour && new vscode.ThemeColor(`statusBarItem.${colour}Background`);
    this.#item.show();
  }
}
