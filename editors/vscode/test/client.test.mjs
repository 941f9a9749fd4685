// Open, type, complete, rename, fix, format: with the real program over its stdin and stdout.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { applyEdits, lsp, Session } from './session.mjs';

const stack = `stack "shop"

/// Which environment.
param env: "dev" | "prod" = "dev"

simulator sim { nodes = 1 }
platform = sim

vpc main { cidr = 10.0.0.0/16; subnet a { cidr = 10.0.1.0/24 } }
cluster core { vpc = main }
task api { container web { image = "web:1" } }
service api {
  cluster = core
  task    = api
}
`;
const service = { line: 11, character: 0 };

let folder;
let session;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'infra-lsp-'));
  writeFileSync(join(folder, 'main.infra'), stack);
  writeFileSync(join(folder, 'other.infra'), 'service other { cluster = core; task = api }\n');
  session = new Session(folder);
  const { capabilities } = await session.start();
  assert.ok(capabilities.documentFormattingProvider);
});

after(async () => {
  assert.equal(await session.stop(), 0);
  rmSync(folder, { recursive: true });
});

test('a right file has no diagnostics', async () => {
  await session.open('main.infra', stack);
  assert.deepEqual(await session.diagnostics('main.infra'), []);
});

test('typing shows what is wrong, and typing on that it is right', async () => {
  const end = { line: 12, character: 16 };
  await session.type('main.infra', { line: 12, character: 12 }, end, 'cora');
  const [wrong] = await session.diagnostics('main.infra');
  assert.equal(wrong.code, 'E0410');
  assert.deepEqual(wrong.range, { start: { line: 12, character: 12 }, end });

  const actions = await session.ask(lsp.CodeActionRequest.type, {
    textDocument: { uri: session.uri('main.infra') }, range: wrong.range, context: { diagnostics: [wrong] },
  });
  assert.equal(actions[0].title, 'Replace `cora` with `core`');
  const [edit] = actions[0].edit.changes[session.uri('main.infra')];
  await session.type('main.infra', edit.range.start, edit.range.end, edit.newText);
  assert.deepEqual(await session.diagnostics('main.infra'), []);
});

test('completion offers what may stand there', async () => {
  await session.type('main.infra', { line: 13, character: 12 }, { line: 13, character: 12 }, '\n  ');
  const items = await session.ask(lsp.CompletionRequest.type, session.at('main.infra', 14, 2));
  const labels = items.map((item) => item.label);
  assert.ok(labels.includes('desired') && labels.includes('deploy'));
  assert.ok(!labels.includes('cluster'), 'it is set already');
  await session.type('main.infra', { line: 13, character: 12 }, { line: 14, character: 2 }, '');

  await session.type('main.infra', { line: 12, character: 12 }, { line: 12, character: 16 }, '');
  const clusters = await session.ask(lsp.CompletionRequest.type, session.at('main.infra', 12, 12));
  assert.deepEqual(clusters.map((item) => item.label), ['core']);
  await session.type('main.infra', { line: 12, character: 12 }, { line: 12, character: 12 }, 'core');
});

test('hover, definition, references, outline, colours', async () => {
  const hover = await session.ask(lsp.HoverRequest.type, session.at('main.infra', 3, 7));
  assert.match(hover.contents.value, /Which environment\./);
  const definition = await session.ask(lsp.DefinitionRequest.type, session.at('main.infra', 12, 13));
  assert.deepEqual(definition.range.start, { line: 9, character: 8 });
  const references = await session.ask(lsp.ReferencesRequest.type,
    { ...session.at('main.infra', 9, 9), context: { includeDeclaration: true } });
  assert.deepEqual(references.map((place) => place.uri.split('/').at(-1)), ['main.infra', 'main.infra', 'other.infra']);
  const outline = await session.ask(lsp.DocumentSymbolRequest.type, { textDocument: { uri: session.uri('main.infra') } });
  assert.equal(outline.at(-1).name, 'api');
  const colours = await session.ask(lsp.SemanticTokensRequest.type, { textDocument: { uri: session.uri('main.infra') } });
  assert.ok(colours.data.length > 100 && colours.data.length % 5 === 0);
});

test('rename goes through the files of the folder', async () => {
  const edit = await session.ask(lsp.RenameRequest.type, { ...session.at('main.infra', 9, 9), newName: 'heart' });
  const other = edit.changes[session.uri('other.infra')];
  assert.equal(applyEdits('service other { cluster = core; task = api }\n', other),
    'service other { cluster = heart; task = api }\n');
  assert.match(applyEdits(stack, edit.changes[session.uri('main.infra')]), /cluster heart \{[^]*cluster = heart/);
  await assert.rejects(session.ask(lsp.RenameRequest.type, { ...session.at('main.infra', 9, 9), newName: '1x' }),
    /is no name/);
});

test('formatting', async () => {
  await session.type('main.infra', service, service, '   ');
  const edits = await session.ask(lsp.DocumentFormattingRequest.type,
    { textDocument: { uri: session.uri('main.infra') }, options: { tabSize: 2, insertSpaces: true } });
  const indented = stack.replace('service api', '   service api');
  assert.equal(applyEdits(indented, edits), stack);
  await session.type('main.infra', service, { line: 11, character: 3 }, '');
});

test('an unknown method is refused, and the session goes on', async () => {
  await assert.rejects(session.connection.sendRequest('workspace/nothing', {}), (error) => error.code === -32601);
  assert.ok(await session.ask(lsp.HoverRequest.type, session.at('main.infra', 3, 7)));
});
