// The machine that the editor finds: a home, a PATH, settings and workspaces, all in one folder.

import { existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** What keeps the editor from asking, telling and fetching, and what a picture does not need. */
const SETTINGS = {
  'chat.disableAIFeatures': true,
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'git.enabled': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  // A canvas has no text that could be read off the page.
  'terminal.integrated.gpuAcceleration': 'off',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

const MODULE = (name) => `module example.com/shop/${name}\n\ngo 1.24\n`;
const TOTAL = `package main

// total is what so many of one thing cost.
func total(price, count int) int {
	return price * count
}
`;

/** A module that is healthy, and calls one that its go.work leaves out. */
const SHOP = {
  'go.work': 'go 1.24\n\nuse ./app\n',
  'app/go.mod': MODULE('app'),
  'app/main.go': `package main

import (
	"fmt"

	"example.com/shop/stock"
)

func main() {
	fmt.Println("to pay:", total(2, 3))
	fmt.Println("left:", stock.Left("tea"))
}
`,
  'app/total.go': TOTAL,
  'stock/go.mod': MODULE('stock'),
  'stock/stock.go': `// Package stock knows what is left.
package stock

// Left is how many of a thing are left.
func Left(name string) int {
	return len(name)
}
`,
};

/** A module in which all is well. */
const HEALTHY = {
  'go.mod': MODULE('app'),
  'main.go': 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("to pay:", total(2, 3))\n}\n',
  'total.go': TOTAL,
};

/** Writes files below a folder, by their names. */
function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Lays everything out; `goplens` is a file called gopls, `gopls` the real one. */
export function layOut(folder, goplens, gopls) {
  const at = (...names) => join(folder, ...names);
  // Nothing else on this machine may be taken for gopls.
  const bare = process.env.PATH.split(delimiter).filter((one) => !existsSync(join(one, 'gopls'))).join(delimiter);
  mkdirSync(at('bin'), { recursive: true });
  symlinkSync(gopls, at('bin/gopls'));
  const path = `${at('bin')}${delimiter}${bare}`;

  const settings = { ...SETTINGS, 'go.alternateTools': { gopls: goplens } };
  const without = { 'go.toolsEnvVars': { PATH: bare } };
  write(at('data/User'), { 'settings.json': JSON.stringify(settings, null, 2) });
  write(at('shop'), SHOP);
  write(at('real'), HEALTHY);
  symlinkSync(at('real'), at('link'));
  write(at('bare'), { ...HEALTHY, '.vscode/settings.json': JSON.stringify(without, null, 2) });
  // code-server takes the environment of its extensions from a login shell.
  const profile = `export PATH='${path}'\n`;
  write(at('home'), { '.bash_profile': profile, '.profile': profile });

  const env = {
    ...process.env,
    PATH: path,
    HOME: at('home'),
    SHELL: '/bin/bash',
    GOPLENS_STATE: at('state'),
    GOPLENS_CONFIG: at('none.toml'),
    // A module cache of the user's may know of other releases of gopls, and goplens would tell.
    GOPATH: at('go'),
    GOFLAGS: '-modcacherw',
    GOPROXY: 'off',
    GOTOOLCHAIN: 'local',
  };
  for (const name of ['GOPLENS_GOPLS', 'GOBIN', 'GOMODCACHE', 'GOROOT', 'GOENV', 'XDG_CONFIG_HOME']) delete env[name];
  return { env, at };
}
