// A client made of Microsoft's own packages, the ones that VS Code's client stands on.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const rpc = require('vscode-jsonrpc/node');
export const lsp = require('vscode-languageserver-protocol');

export const infra = process.env.INFRA ?? 'infra';

export class Session {
  constructor(folder) {
    this.folder = folder;
    this.shown = new Map();
    this.waiting = [];
    this.versions = new Map();
    this.server = spawn(infra, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((resolve) => this.server.on('exit', resolve));
    this.connection = rpc.createMessageConnection(
      new rpc.StreamMessageReader(this.server.stdout), new rpc.StreamMessageWriter(this.server.stdin));
    this.connection.onNotification(lsp.PublishDiagnosticsNotification.type, (params) => this.take(params));
    this.connection.listen();
  }

  uri(name) { return pathToFileURL(`${this.folder}/${name}`).href; }

  async start() {
    const answer = await this.ask(lsp.InitializeRequest.type, {
      processId: process.pid,
      rootUri: pathToFileURL(this.folder).href,
      capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } } } },
    });
    await this.connection.sendNotification(lsp.InitializedNotification.type, {});
    return answer;
  }

  async stop() {
    await this.connection.sendRequest(lsp.ShutdownRequest.type);
    await this.connection.sendNotification(lsp.ExitNotification.type);
    const code = await this.ended;
    this.connection.dispose();
    return code;
  }

  ask(type, params) { return this.connection.sendRequest(type, params); }

  take(params) {
    this.shown.set(params.uri, params);
    this.waiting = this.waiting.filter((waiter) => !waiter(params));
  }

  // The diagnostics of this version of a file.
  diagnostics(name) {
    const uri = this.uri(name);
    const fits = (params) => params.uri === uri && (params.version ?? 0) >= this.versions.get(uri);
    const known = this.shown.get(uri);
    if (known && fits(known)) return Promise.resolve(known.diagnostics);
    return new Promise((resolve) => this.waiting.push((params) => fits(params) && (resolve(params.diagnostics), true)));
  }

  open(name, text) {
    const uri = this.uri(name);
    this.versions.set(uri, 1);
    return this.connection.sendNotification(lsp.DidOpenTextDocumentNotification.type,
      { textDocument: { uri, languageId: 'infra', version: 1, text } });
  }

  // Types `text` over the range between two places.
  type(name, start, end, text) {
    const uri = this.uri(name);
    const version = this.versions.get(uri) + 1;
    this.versions.set(uri, version);
    return this.connection.sendNotification(lsp.DidChangeTextDocumentNotification.type,
      { textDocument: { uri, version }, contentChanges: [{ range: { start, end }, text }] });
  }

  at(name, line, character) { return { textDocument: { uri: this.uri(name) }, position: { line, character } }; }
}

// The text after edits in the protocol's form. The texts of these tests are ASCII, so a column is an index.
export function applyEdits(text, edits) {
  const starts = [0];
  for (let i = 0; i < text.length; ++i) if (text[i] === '\n') starts.push(i + 1);
  const offset = (place) => Math.min(starts[place.line] + place.character, text.length);
  const last = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  for (const edit of last) text = text.slice(0, offset(edit.range.start)) + edit.newText + text.slice(offset(edit.range.end));
  return text;
}
