import { request, stream } from '../rpc/contract.ts';
import { z } from '../zod.ts';
import { answerState, answerTiming, chatParameters, chatTarget } from './answers.ts';
import { turnDelta } from './chat.ts';
import { failure, identifier, instant, nothing } from './common.ts';

export const mostColumns = 6;
export const mostPrompts = 5_000;
/**
 * Bytes of a file with a set. Its text goes to core, and its prompts once more: half of what a frame holds, because JSON in
 * it has as many quotes to escape again, and a little for the frame around each prompt.
 */
export const mostSetBytes = 4_000_000;

export const compareColumn = z.strictObject({
  id: identifier,
  /** As its head says; what the target was called when it was chosen. */
  name: z.string().min(1).max(300),
  target: chatTarget,
  /** Null: those that all columns share. */
  parameters: chatParameters.nullable(),
});
export type CompareColumn = z.infer<typeof compareColumn>;

/** `together`: all columns at once; `in-turn`: one after the other, so that none takes a GPU's time from another. */
export const compareOrder = z.enum(['together', 'in-turn']);
export type CompareOrder = z.infer<typeof compareOrder>;

export const compareSetup = z.strictObject({
  title: z.string().trim().min(1).max(200),
  columns: z.array(compareColumn).min(1).max(mostColumns),
  parameters: chatParameters,
  order: compareOrder,
  /** Whose answer is whose is not shown before the vote. */
  isBlind: z.boolean(),
});
export type CompareSetup = z.infer<typeof compareSetup>;

/** Which answer was the best; `tie`: all alike good; `none`: all bad. */
export const compareVote = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('column'), columnId: identifier }),
  z.strictObject({ kind: z.literal('tie') }),
  z.strictObject({ kind: z.literal('none') }),
]);
export type CompareVote = z.infer<typeof compareVote>;

export const compareAnswer = z.object({
  id: identifier,
  columnId: identifier,
  /** As the column was called when it was asked. */
  name: z.string(),
  /** `queued`: it has not been asked yet. */
  state: z.enum(['queued', ...answerState.options]),
  model: z.string().nullable(),
  finishReason: z.string().nullable(),
  timing: answerTiming,
  failure: failure.nullable(),
  /** How it was asked: a number that was measured while others used the same GPU is another number. */
  order: compareOrder,
  /** Columns that were asked at the same time and share a GPU with it. */
  sharedWith: z.array(identifier),
  /** Empty in what is watched: there `compare.follow` has the text. */
  text: z.string(),
  reasoning: z.string(),
});
export type CompareAnswer = z.infer<typeof compareAnswer>;

export const compareRound = z.object({
  id: identifier,
  /** Counts from 1. */
  number: z.number().int(),
  prompt: z.string(),
  /** Of a prompt of a set, where the file names it. */
  name: z.string().nullable(),
  /** `typed`: follows the rounds before it; `set`: each prompt stands alone. */
  origin: z.enum(['typed', 'set']),
  createdAt: instant,
  vote: compareVote.nullable(),
  note: z.string(),
  answers: z.array(compareAnswer),
});
export type CompareRound = z.infer<typeof compareRound>;

export const comparisonEntry = z.object({
  id: identifier,
  title: z.string(),
  createdAt: instant,
  updatedAt: instant,
  columns: z.number().int(),
  rounds: z.number().int(),
});
export type ComparisonEntry = z.infer<typeof comparisonEntry>;

export const removedComparison = comparisonEntry.extend({
  /** Since when it lies in the bin. */
  deletedAt: instant,
});
export type RemovedComparison = z.infer<typeof removedComparison>;

export const comparison = comparisonEntry.omit({ columns: true, rounds: true }).extend({
  setup: compareSetup,
  /** Grows with everything that happens to it while somebody watches. */
  version: z.number().int(),
  rounds: z.number().int(),
  /** Columns whose targets use one GPU, as it is now; each in one group at most. */
  sharing: z.array(z.array(identifier)),
  /** Answers are being written, of a set or of what was sent by hand. */
  isAsking: z.boolean(),
  /** Of the answers to sets of prompts; `paused`: it waits to be gone on with, after a stop or a restart. */
  progress: z.object({
    state: z.enum(['idle', 'running', 'paused']),
    done: z.number().int(),
    total: z.number().int(),
  }),
  /** The newest rounds, oldest first, without texts; `rounds.read` has the others. */
  latest: z.array(compareRound),
});
export type Comparison = z.infer<typeof comparison>;

export const promptOfSet = z.strictObject({
  prompt: z.string().min(1).max(200_000),
  name: z.string().max(300).nullable(),
});
export type PromptOfSet = z.infer<typeof promptOfSet>;

export const tallyRow = z.object({
  /** A column's name. */
  name: z.string(),
  wins: z.number().int(),
  losses: z.number().int(),
  ties: z.number().int(),
  bothBad: z.number().int(),
});
export type TallyRow = z.infer<typeof tallyRow>;

const byId = z.strictObject({ comparisonId: identifier });

export const compare = {
  /** Newest first; without those in the bin. */
  list: stream(nothing, z.array(comparisonEntry)),
  /** The last removed first. */
  bin: stream(nothing, z.array(removedComparison)),
  create: request(compareSetup, byId),
  watch: stream(byId, comparison),
  /** Rounds that are there keep what they were asked with. CONFLICT while answers are being written. */
  update: request(byId.extend({ setup: compareSetup.partial() }), nothing),
  /** Into the bin, for 30 days; answers under way are stopped. */
  remove: request(byId, nothing),
  /** From the bin to where it was. */
  restore: request(byId, nothing),
  /** From the disk, and for good: one that lies in the bin, or (null) all that do. */
  erase: request(z.strictObject({ comparisonId: identifier.nullable() }), z.object({ erased: z.number().int() })),
  rounds: request(
    byId.extend({ from: z.number().int().min(0), count: z.number().int().min(1).max(100) }),
    z.object({ total: z.number().int(), rounds: z.array(compareRound) }),
  ),
  /** The next prompt for every column. It goes on when the page goes away. A set that was stopped stays so. */
  send: request(byId.extend({ prompt: z.string().trim().min(1).max(200_000) }), z.object({ roundId: identifier })),
  /** Once more, in place of the answer that is there: after a failure, or for another number. */
  again: request(z.strictObject({ answerId: identifier }), nothing),
  /** What is being written keeps its text; of a set it waits, with what was not asked yet, to be asked anew by `resume`. */
  stop: request(byId, nothing),
  follow: stream(
    z.strictObject({ answerId: identifier, textFrom: z.number().int().min(0), reasoningFrom: z.number().int().min(0) }),
    turnDelta,
  ),
  vote: request(z.strictObject({ roundId: identifier, vote: compareVote.nullable() }), nothing),
  note: request(z.strictObject({ roundId: identifier, note: z.string().max(20_000) }), nothing),
  /** Reads a set: JSON lines, CSV with a head, or a prompt a line; says what it left out and why. */
  readPrompts: request(
    // In no encoding has a file more characters than bytes.
    z.strictObject({ fileName: z.string().max(512), text: z.string().max(mostSetBytes) }),
    z.object({
      prompts: z.array(promptOfSet).max(mostPrompts),
      skipped: z.array(z.object({ line: z.number().int(), reason: z.string() })),
    }),
  ),
  /** Asks every column every prompt, each by itself, unattended. */
  runSet: request(byId.extend({ prompts: z.array(promptOfSet).min(1).max(mostPrompts) }), nothing),
  /** Goes on where a set was stopped, or where Nimdeck ended: what has its answer is not asked again. */
  resume: request(byId, nothing),
  /** Votes by the names of columns, of one comparison or (null) of all. */
  tally: request(z.strictObject({ comparisonId: identifier.nullable() }), z.array(tallyRow)),
  /** The file in pieces, in order; `fileName` is the same in each. What is asked meanwhile may stand in it in part. */
  export: stream(
    byId.extend({ format: z.enum(['csv', 'json', 'html']) }),
    z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() }),
  ),
};
