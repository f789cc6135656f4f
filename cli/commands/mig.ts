import { migCommands, migWarning, undoMigCommands } from '../../core/mig/commands.ts';
import { parseWanted } from '../../core/mig/parse-wanted.ts';
import { planLayouts } from '../../core/mig/plan.ts';
import { findMigCard, type MigCard, readMigCards } from '../../core/mig/table.ts';
import { AppError } from '../../shared/errors.ts';
import type { Command, CommandContext } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

interface Target {
  card: MigCard;
  /** As `nvidia-smi -i` takes it; a place to fill in where only a kind of card was named. */
  gpu: string;
}

/** A GPU of this machine by index or UUID, else a kind of card by its name: planning needs no card at hand. */
async function findTarget(wanted: string, { api, interrupt }: CommandContext): Promise<Target> {
  const cards = await readMigCards();
  const isOfMachine = /^\d+$/.test(wanted) || wanted.startsWith('GPU-');
  if (!isOfMachine) {
    const card = findMigCard(cards, wanted);
    if (card !== null) return { card, gpu: 'INDEX' };
    const names = cards.map(({ key }) => key).join(', ');
    throw new AppError('BAD_INPUT', `“${wanted}” is no card that is known to have MIG. Known: ${names}.`);
  }
  const { gpus, failure } = await (await api()).gpu.read({}, { signal: interrupt.signal });
  if (failure !== null) throw new AppError(failure.code, failure.message, failure.detail);
  const found = gpus.find(({ index, uuid }) => String(index) === wanted || uuid === wanted);
  if (found === undefined) throw new AppError('NOT_FOUND', `There is no GPU ${wanted} here.`);
  const card = findMigCard(cards, found.name ?? '');
  if (card === null) throw new AppError('BAD_INPUT', `${found.name ?? 'This GPU'} is not known to have MIG.`);
  return { card, gpu: String(found.index) };
}

export const migCommand: Command = {
  name: 'mig',
  usage: 'mig plan GPU SLICES…',
  summary: 'Show how a card can be cut into the wanted MIG slices, and the commands for it.',
  positionals: { min: 3, max: 64 },
  async run(context) {
    const [verb, gpuName = '', ...words] = context.positionals;
    const { print } = context;
    if (verb !== 'plan') throw new AppError('BAD_INPUT', `usage: nimdeck ${migCommand.usage}`);
    const { card, gpu } = await findTarget(gpuName, context);
    const wanted = parseWanted(card, words);
    if (card.profiles.some(({ name, placements }) => wanted.includes(name) && placements === null)) {
      throw new AppError(
        'NOT_FOUND',
        `Where the slices of ${card.names[0] ?? card.key} may lie is not known: ask the card with “nvidia-smi mig -lgipp”.`,
      );
    }
    const layouts = planLayouts(card, wanted);
    const [best] = layouts;
    const commands = best === undefined ? [] : migCommands(card, gpu, best);
    const undo = undoMigCommands(gpu);
    print.json({
      card: card.key,
      gpu: gpu === 'INDEX' ? null : gpu,
      wanted,
      layouts,
      commands,
      undo,
      warning: migWarning,
    });
    if (best === undefined) {
      print.line(`${wanted.join(' + ')} do not fit together on ${card.names[0] ?? card.key}.`);
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
    print.line(`\n${migWarning}`);
    return exitCodes.done;
  },
};
