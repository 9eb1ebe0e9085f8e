// What the editor opens.

import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
export function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** The workspaces of the drive; in `bare`, gopls is looked for on this PATH. */
export function writeWorkspaces(at, bare) {
  const settings = { 'go.toolsEnvVars': { PATH: bare } };
  write(at('shop'), SHOP);
  write(at('real'), HEALTHY);
  symlinkSync(at('real'), at('link'));
  write(at('bare'), { ...HEALTHY, '.vscode/settings.json': JSON.stringify(settings, null, 2) });
}
