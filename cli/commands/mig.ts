import { AppError } from '../../shared/errors.ts';
import type { Command } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const migCommand: Command = {
  name: 'mig',
  usage: 'mig plan GPU SLICES…',
  summary: 'Show how a card can be cut into the wanted MIG slices, and the commands for it.',
  positionals: { min: 3, max: 64 },
  async run({ positionals: [verb, gpu = '', ...slices], print, interrupt, api }) {
    if (verb !== 'plan') throw new AppError('BAD_INPUT', `usage: nimdeck ${migCommand.usage}`);
    const plan = await (await api()).gpu.planMig({ gpu, slices }, { signal: interrupt.signal });
    const { card, gpuIndex, wanted, layouts, commands, undo, warnings } = plan;
    print.json({
      card: card.key,
      gpu: gpuIndex === null ? null : String(gpuIndex),
      wanted,
      layouts,
      commands,
      undo,
      warning: warnings[0],
      warnings,
    });
    if (layouts.length === 0) {
      print.line(`${wanted.join(' + ')} do not fit together on ${card.name}.`);
      return exitCodes.failed;
    }
    print.table(
      ['', 'SLICES (first slot)', 'ROOM FOR'],
      layouts.map(({ instances, roomFor }, index) => [
        String(index + 1),
        instances.map(({ profile, start }) => `${profile} (${start})`).join('  '),
        roomFor.join(', ') || 'nothing more',
      ]),
    );
    print.line('');
    for (const { command, why } of commands) print.line(`# ${why}\n${command}`);
    print.line('\n# To undo it:');
    for (const { command, why } of undo) print.line(`# ${why}\n${command}`);
    print.line('');
    for (const warning of warnings) print.line(warning);
    return exitCodes.done;
  },
};
