import { startHeadless } from '../../headless/main.ts';
import { type Command, textOption } from '../command.ts';

export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve [--port N]',
  summary: 'Serve the pages to a browser on this machine.',
  options: { port: { type: 'string' } },
  positionals: { min: 0, max: 0 },
  async run({ options, interrupt }) {
    const port = textOption(options, 'port');
    void port;
    void interrupt;
    void startHeadless;
    return 0;
  },
};
