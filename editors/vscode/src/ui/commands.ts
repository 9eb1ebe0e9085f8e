// The commands, and the menu that has them all.

import * as vscode from 'vscode';

import type { Watch } from '../core/watch';
import { EXPLAIN, explain } from './explain';
import { findings } from './findings';
import { inTerminal } from './run';
import { setUp, undo } from './setup';

/** What the user can have done. */
interface Command {
  readonly id: string;
  readonly icon: string;
  /** As package.json has it for the palette. */
  readonly title: string;
  /** What the menu adds. */
  readonly detail: string;
  readonly run: (watch: Watch, argument?: unknown) => Promise<void>;
}

const COMMANDS: readonly Command[] = [
  {
    id: 'goplens.findings',
    icon: 'list-unordered',
    title: 'Show findings',
    detail: 'What is found to be wrong in this session, and where',
    run: findings,
  },
  {
    id: EXPLAIN,
    icon: 'book',
    title: 'Explain this finding',
    detail: 'The page of the finding at the cursor: what it means, how it was found, what to do',
    run: explain,
  },
  {
    id: 'goplens.doctor',
    icon: 'pulse',
    title: 'Doctor',
    detail: 'Try out what gopls needs of this machine',
    run: async () => {
      await inTerminal('Doctor', ['doctor']);
    },
  },
  {
    id: 'goplens.tail',
    icon: 'terminal',
    title: 'Tail this session',
    detail: 'Each message between the editor and gopls, in a terminal, while it comes',
    run: tail,
  },
  {
    id: 'goplens.folder',
    icon: 'folder-opened',
    title: 'Open the session folder',
    detail: 'The trace, the findings, and what gopls wrote to its standard error',
    run: folder,
  },
  {
    id: 'goplens.setup',
    icon: 'gear',
    title: 'Set up',
    detail: 'Have the Go extension start goplens in the place of gopls',
    run: setUp,
  },
  {
    id: 'goplens.undo',
    icon: 'discard',
    title: 'Undo the set-up',
    detail: 'Put the settings back as they were',
    run: undo,
  },
];

/** Registers them and the menu. */
export function register(watch: Watch): vscode.Disposable {
  const commands = COMMANDS.map(({ id, run }) =>
    vscode.commands.registerCommand(id, (argument?: unknown) => run(watch, argument)),
  );
  return vscode.Disposable.from(...commands, vscode.commands.registerCommand('goplens.menu', menu));
}

async function menu(): Promise<void> {
  const items = COMMANDS.map(({ id, icon, title, detail }) => ({ label: `$(${icon}) ${title}`, detail, id }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'goplens' });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.id);
}

async function tail({ view }: Watch): Promise<void> {
  // Without a session of this window it is the newest of the machine, and the next.
  const which = view === undefined ? ['--follow'] : ['--session', view.session.id];
  await inTerminal('Tail', ['tail', ...which]);
}

async function folder({ view }: Watch): Promise<void> {
  if (view === undefined) {
    await vscode.window.showInformationMessage('goplens has no session in this window.');
    return;
  }
  const uri = vscode.Uri.file(view.session.folder);
  const here = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
  // The folder of another machine is shown by a window on that machine.
  if (here) await vscode.env.openExternal(uri);
  else await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
}
