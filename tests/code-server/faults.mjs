// Workspaces with a fault that both gopls and goplens tell of when they are opened, and nothing is asked.

import { SHOP, write } from './workspaces.mjs';

const MAIN = `package main

func main() { help() }
`;
const GO_MOD = 'module example.com/app\n\ngo 1.24\n';
const MODULE = { 'app/main.go': MAIN, 'app/help.go': 'package main\n\nfunc help() {}\n' };

/** By its name: the files, the one that is open, and the code that goplens finds. */
export const FAULTS = {
  // gopls loads, and goplens examines the machine and the settings. That go.work leaves out a module is what gopls has
  // to tell; goplens looks into it when a request fails.
  'tool-missing': {
    files: SHOP,
    settings: { 'go.alternateTools': { dlv: '/nowhere/dlv' } },
    open: 'app/main.go',
    code: 'alternate-tool-missing',
  },
  // gopls's load fails, and goplens looks into that.
  'missing-directory': {
    files: { ...MODULE, 'app/go.mod': GO_MOD, 'go.work': 'go 1.24\n\nuse ./app\nuse ./gone\n' },
    open: 'app/main.go',
    code: 'go-work-missing-directory',
  },
  'broken-go-mod': {
    files: { ...MODULE, 'app/go.mod': `${GO_MOD}\nrequier example.com/other v1.0.0\n` },
    open: 'app/main.go',
    code: 'go-mod-invalid',
  },
};

/** Writes the workspace of a fault; through goplens where a launcher is given, else the editor starts gopls. */
export function writeFault({ files, settings = {} }, folder, launcher) {
  const tools = { ...settings['go.alternateTools'], ...(launcher !== undefined && { gopls: launcher }) };
  const own = JSON.stringify({ ...settings, 'go.alternateTools': tools }, null, 2);
  write(folder, { ...files, '.vscode/settings.json': own });
}
