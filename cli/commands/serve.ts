import type { Command } from '../command.ts';

export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve [--port N] [--data FOLDER] [--open | --no-open] [--practice]',
  summary: 'Serve the pages to a browser on this machine.',
  options: {
    port: { type: 'string' },
    data: { type: 'string' },
    open: { type: 'boolean' },
  },
  positionals: { min: 0, max: 0 },
  async run({ args }) {
    // Loaded when asked for: every other command starts without the web server.
    const { readFlags } = await import('../../headless/flags.ts');
    // Here, where a wrong flag has the exit code of every command's.
    readFlags(args);
    const { runHeadless } = await import('../../headless/main.ts');
    return await runHeadless(args);
  },
};
