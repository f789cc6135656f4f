import { type FootprintItem, footprintKind } from '../../shared/contract/footprint.ts';
import { AppError } from '../../shared/errors.ts';
import { formatBytes } from '../../shared/format.ts';
import { type Command, textOptions } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

const notes = {
  'command-lines': 'other programs may use it, too',
  'at-end': 'goes when Nimdeck ends',
  runs: 'runs',
} satisfies Record<FootprintItem['notes'][number], string>;

export const footprintCommand: Command = {
  name: 'footprint',
  usage: 'footprint [--remove ID|KIND]…',
  summary: 'List what Nimdeck has put on this machine, and remove what is named.',
  options: { remove: { type: 'string', multiple: true } },
  positionals: { min: 0, max: 0 },
  async run({ options, print, interrupt, api: open }) {
    const api = await open();
    const { signal } = interrupt;
    const { items, isEngineKnown } = await api.footprint.read({}, { signal });
    const wanted = textOptions(options, 'remove');
    if (wanted.length === 0) {
      print.json({ isEngineKnown, items });
      print.table(
        ['ID', 'WHAT', 'SIZE', 'NOTES'],
        items.map(({ id, name, sizeBytes, usedBy, notes: own }) => [
          id.length > 40 ? `${id.slice(0, 39)}…` : id,
          name,
          sizeBytes === null ? '–' : formatBytes(sizeBytes),
          [...(usedBy.length === 0 ? [] : [`used by ${usedBy.join(', ')}`]), ...own.map((note) => notes[note])].join(
            '; ',
          ),
        ]),
      );
      if (!isEngineKnown) print.note('The engine cannot be asked: containers, images and volumes are not in the list.');
      print.note(`Remove with --remove and an id, or a kind: ${footprintKind.options.join(', ')}.`);
      return exitCodes.done;
    }
    const chosen = items.filter((item) => wanted.some((word) => isMeant(item, word)));
    const stray = wanted.find((word) => !items.some((item) => isMeant(item, word)));
    if (stray !== undefined && !footprintKind.options.some((kind) => kind === stray)) {
      throw new AppError('NOT_FOUND', `There is nothing called “${stray}”. See: nimdeck footprint`);
    }
    const results =
      chosen.length === 0 ? [] : await api.footprint.remove({ ids: chosen.map(({ id }) => id) }, { signal });
    let failed = 0;
    for (const { id, failure } of results) {
      print.json({ id, failure });
      const item = items.find((each) => each.id === id);
      const what = `${item?.kind ?? ''} ${item?.name ?? id}`.trim();
      if (failure === null) print.line(item?.kind === 'data' ? `${what}: goes when Nimdeck ends` : `${what}: removed`);
      else {
        failed += 1;
        print.line(`${what}: not removed, ${failure.message} (${failure.code})`);
      }
    }
    if (results.length === 0) print.line('There is nothing of that kind.');
    return failed === 0 ? exitCodes.done : exitCodes.failed;
  },
};

/** A kind, a whole id, or the beginning of one that is cut in the list. */
function isMeant({ id, kind }: FootprintItem, word: string): boolean {
  const start = word.replace(/…$/, '');
  return word === kind || id === word || (start.length > kind.length + 8 && id.startsWith(start));
}
