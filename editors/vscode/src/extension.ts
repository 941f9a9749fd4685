// Starts `infra lsp` and hands everything over to it.
import { commands, ExtensionContext, window, workspace } from 'vscode';
import { LanguageClient, LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

function makeClient(): LanguageClient {
  const path = workspace.getConfiguration('infra').get<string>('path') || 'infra';
  const server: ServerOptions = { command: path, args: ['lsp'] };
  const options: LanguageClientOptions = {
    documentSelector: [{ language: 'infra' }],
    synchronize: { fileEvents: workspace.createFileSystemWatcher('**/*.infra') },
  };
  return new LanguageClient('infra', 'infra', server, options);
}

async function start(): Promise<void> {
  client = makeClient();
  try {
    await client.start();
  } catch (error) {
    void window.showErrorMessage(
      `The infra language server doesn't start: ${error}. Is infra installed, and does the setting infra.path name it?`);
  }
}

async function restart(): Promise<void> {
  await client?.stop().catch(() => undefined); // one that has crashed can't be stopped
  await start();
}

export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand('infra.restart', restart),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('infra.path')) void restart();
    }));
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}
