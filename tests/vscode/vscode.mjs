// As much of VS Code as its language client needs to ask for semantic tokens.

import Module from 'node:module';

import { installed } from './run.mjs';

class SemanticTokens {
  constructor(data, resultId) { Object.assign(this, { data, resultId }); }
}

class SemanticTokensEdit {
  constructor(start, deleteCount, data) { Object.assign(this, { start, deleteCount, data }); }
}

class SemanticTokensEdits {
  constructor(edits, resultId) { Object.assign(this, { edits, resultId }); }
}

/** What the client registered, as `{ provider, legend }`. */
const registered = [];

const known = {
  // The client takes the module as it is then, whatever names it has.
  __esModule: true,
  SemanticTokens,
  SemanticTokensEdit,
  SemanticTokensEdits,
  languages: {
    registerDocumentSemanticTokensProvider: (_, provider, legend) => {
      registered.push({ provider, legend });
      return { dispose() {} };
    },
    registerDocumentRangeSemanticTokensProvider: () => ({ dispose() {} }),
  },
};

/** The module `vscode`: any other name in it is a class of its own, to be derived from and never used. */
const vscode = new Proxy(known, {
  get: (all, name) => (all[name] ??= class {}),
});

/** A part of the language client, by the door that it keeps open for tests. */
const part = (name) => installed()(`vscode-languageclient/$test/common/${name}`);

const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
const { SemanticTokensFeature } = part('semanticTokens');
const { BaseLanguageClient } = part('client');

/** The client's own copy of the protocol. */
export const lsp = Module.createRequire(
  installed().resolve('vscode-languageclient/$test/common/client'))('vscode-languageserver-protocol/node');

/** The client's feature of semantic tokens, which asks by this connection. */
export class Tokens {
  #feature;

  constructor(connection) {
    const uri = (value) => value;
    this.#feature = new SemanticTokensFeature({
      middleware: {},
      onRequest: () => {},
      error: (text) => { throw new Error(text); },
      handleFailedRequest: BaseLanguageClient.prototype.handleFailedRequest,
      sendRequest: (type, params, token) => connection.sendRequest(type, params, token),
      protocol2CodeConverter: part('protocolConverter').createConverter(uri, true, true),
      code2ProtocolConverter: part('codeConverter').createConverter(uri),
    });
  }

  /** Says what the client can take. */
  fill(capabilities) {
    this.#feature.fillClientCapabilities(capabilities);
  }

  /** Takes what the server offers, and gives what the client makes of it: `{ provider, legend }`. */
  begin(offered) {
    this.#feature.initialize(offered, [{ language: 'go', scheme: 'file' }]);
    return registered.at(-1);
  }
}

/** The tokens of a document as VS Code has them: whole ones, or the last ones with edits. */
export class Shown {
  /** The numbers, and the id of the result that they are. */
  data = new Uint32Array();
  resultId = undefined;
  /** How many results were whole, and how many were edits. */
  whole = 0;
  edited = 0;

  /** Asks as VS Code does: for edits of what it has, where the last result had an id. */
  async update(provider, document, token) {
    const canEdit = this.resultId !== undefined && provider.provideDocumentSemanticTokensEdits;
    const result = await (canEdit
      ? provider.provideDocumentSemanticTokensEdits(document, this.resultId, token)
      : provider.provideDocumentSemanticTokens(document, token));
    if (!result) return;
    if (result instanceof SemanticTokensEdits) {
      this.data = edited(this.data, result.edits);
      this.edited += 1;
    } else {
      this.data = result.data;
      this.whole += 1;
    }
    this.resultId = result.resultId;
  }
}

/** The numbers after edits, which all count in the numbers before: the last one first, as VS Code does. */
function edited(before, edits) {
  const numbers = [...before];
  for (const { start, deleteCount, data = [] } of [...edits].reverse()) {
    if (start + deleteCount > numbers.length) throw new RangeError(`an edit of ${start}, ${deleteCount}`);
    numbers.splice(start, deleteCount, ...data);
  }
  return Uint32Array.from(numbers);
}
