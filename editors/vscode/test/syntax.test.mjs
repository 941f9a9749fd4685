// The colours before the server has answered, by VS Code's own engine.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';

const require = createRequire(import.meta.url);
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');

const here = (path) => new URL(`../${path}`, import.meta.url);
await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () =>
    textmate.parseRawGrammar(readFileSync(here('syntaxes/infra.tmLanguage.json'), 'utf8'), 'infra.json'),
});
const grammar = await registry.loadGrammar('source.infra');

// The innermost scope of `word` in a line, without the language's name.
function scope(line, word) {
  const at = line.indexOf(word);
  const token = grammar.tokenizeLine(line, textmate.INITIAL).tokens.find((t) => t.startIndex <= at && at < t.endIndex);
  return token.scopes.at(-1).replace(/\.infra$/, '');
}

for (const [line, word, wanted] of [
  ['/// Which environment.', 'Which', 'comment.line.documentation'],
  ['let x = 1 // one', 'one', 'comment.line.double-slash'],
  ['param env: String = "dev"', 'param', 'keyword.declaration'],
  ['param env: String = "dev"', 'env', 'entity.name.variable'],
  ['param env: String = "dev"', 'String', 'support.type'],
  ['param env: String = "dev"', 'dev', 'string.quoted.double'],
  ['service api { cluster = core }', 'service', 'entity.name.type.kind'],
  ['service api { cluster = core }', 'api', 'entity.name.label'],
  ['service api { cluster = core }', 'cluster', 'variable.other.property'],
  ['  cidr = 10.0.0.0/16', '10.0', 'constant.numeric.address'],
  ['  memory = 512MiB', '512', 'constant.numeric'],
  ['  min = 50%', '50', 'constant.numeric'],
  ['  env = { LOG: host("a") }', 'LOG', 'variable.other.property'],
  ['  env = { LOG: host("a") }', 'host', 'entity.name.function'],
  ['let x = "a ${true} b"', 'true', 'constant.language'],
  ['for z, i in zones { }', 'for', 'keyword.control'],
  ['for z, i in zones { }', 'in', 'keyword.control'],
]) {
  test(`${word} in ${line}`, () => assert.equal(scope(line, word), wanted));
}
