// Makes the one file that the editor loads, and the page that it shows of the extension. With --watch, the first again
// at each change.

import { readFileSync, writeFileSync } from 'node:fs';

import { build, context } from 'esbuild';

const options = {
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  bundle: true,
  external: ['vscode'],
  format: 'cjs',
  platform: 'node',
  target: 'node18',
  minify: true,
  sourcemap: false,
};

if (process.argv.includes('--watch')) {
  await (await context(options)).watch();
} else {
  await build(options);
  // What leads to elsewhere in the repository leads nowhere from within the package.
  const readme = readFileSync('README.md', 'utf8');
  const alone = readme.replace(/^!\[.*\n\n/gm, '').replace(/\[([^\]]*)\]\((?!https?:)[^)]*\)/g, '$1');
  writeFileSync('dist/README.md', alone);
}
