// What is missing where this window has no session, and how to get it.

import type { Located } from './locate';

/** What there is on this machine and in this window. */
export interface Present {
  readonly located: Located;
  /** Whether the Go extension is there. */
  readonly goExtension: boolean;
  /** Whether it starts gopls: its `go.useLanguageServer`. */
  readonly languageServer: boolean;
  /** Whether a Go file is open: the Go extension starts gopls with the first. */
  readonly goFile: boolean;
}

/** Something that is missing. */
export interface Lack {
  /** In a word or two; empty where it is nothing to be told from afar. */
  readonly short: string;
  /** In one sentence. */
  readonly said: string;
}

/** What is missing, the first thing first; never nothing. */
export function lacks({ located, goExtension, languageServer, goFile }: Present): Lack[] {
  const lacks: Lack[] = [];
  if (located.problem !== undefined) lacks.push({ short: 'not found', said: located.problem });
  else if (located.goplens === undefined) {
    lacks.push({
      short: 'not found',
      said: 'There is no goplens on this machine: neither in PATH nor in ~/.local/bin.',
    });
  }
  if (!goExtension) {
    lacks.push({
      short: 'no Go extension',
      said: 'The Go extension (golang.go) is not installed or is switched off, so nothing starts gopls here.',
    });
  } else if (!languageServer) {
    lacks.push({
      short: 'gopls is off',
      said: 'go.useLanguageServer is off, so the Go extension does not start gopls.',
    });
  } else if (located.goplens !== undefined && !located.isGopls) {
    lacks.push({
      short: 'not set up',
      said: `The Go extension starts ${started(located)}, and not goplens: run "goplens: Set up", then reload the window.`,
    });
  }
  if (lacks.length > 0) return lacks;
  const said = goFile
    ? 'goplens is set up, and has no session for the folders of this window: it may be starting.'
    : 'goplens is set up; a session begins when a Go file is opened.';
  return [{ short: '', said }];
}

/** What the Go extension starts in the place of goplens. */
function started({ alternateGopls }: Located): string {
  return alternateGopls === undefined ? 'gopls itself' : `${alternateGopls}, which go.alternateTools names`;
}

/** How to get goplens, as a page. */
export const HOW_TO_GET = `# How to get goplens

There is no goplens on this machine, or not where this extension looks: the setting \`goplens.path\`, what
\`go.alternateTools\` has for gopls, PATH, and \`~/.local/bin\`.

1. In a copy of its sources, build it:

   \`\`\`sh
   cargo build --release
   mkdir -p ~/.local/bin && install -m 755 target/release/goplens ~/.local/bin/
   \`\`\`

   If you keep it elsewhere, say where in the setting \`goplens.path\`.
2. Run the command **goplens: Set up** and reload the window. **goplens: Undo the set-up** takes it back.
`;
