// goplens in the editor: what stands in its session folder, shown where the user looks.
//
// It stands in the path of no message. The Go extension starts goplens as gopls; this one only reads.

import { homedir } from 'node:os';

import type { ExtensionContext } from 'vscode';

import { sessionsFolder, stateFolder } from './core/state';
import { Watch } from './core/watch';
import { Bar } from './ui/bar';
import { register } from './ui/commands';
import { Explanations } from './ui/explain';
import { window } from './ui/here';
import { Pages } from './ui/pages';

/** Called by the editor when a Go file is opened, or a command is run. */
export function activate(context: ExtensionContext): void {
  const state = stateFolder(process.env, homedir());
  const watch = new Watch(sessionsFolder(state), window);
  context.subscriptions.push(
    new Bar(watch),
    register(watch),
    new Pages(state, watch).register(),
    new Explanations().register(),
  );
}
