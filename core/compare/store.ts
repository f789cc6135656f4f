import { answerTiming } from '../../shared/contract/answers.ts';
import { failure } from '../../shared/contract/common.ts';
import {
  type CompareAnswer,
  compareAnswer,
  compareOrder,
  type CompareRound,
  type CompareSetup,
  compareSetup,
  compareVote,
  type ComparisonEntry,
  type RemovedComparison,
} from '../../shared/contract/compare.ts';
import { AppError } from '../../shared/errors.ts';
import { z } from '../../shared/zod.ts';
import { noTiming } from '../chat/answer.ts';
import { parseJson } from '../lib/parse-json.ts';
import type { Row, Statement, Store } from '../store/store.ts';

export interface StoredComparison {
  id: string;
  createdAt: string;
  updatedAt: string;
  setup: CompareSetup;
}

export interface CompareStore {
  list(): Promise<ComparisonEntry[]>;
  /** What lies in the bin, the last removed first. */
  removed(): Promise<RemovedComparison[]>;
  /** Throws NOT_FOUND, also for one in the bin. */
  get(id: string): Promise<StoredComparison>;
  create(comparison: StoredComparison): Promise<void>;
  save(comparison: StoredComparison): Promise<void>;
  /** Into the bin, or (null) out of it. Throws NOT_FOUND. */
  bin(id: string, deletedAt: string | null): Promise<void>;
  /** From `from` on in the order of the rounds; null: the last ones. */
  rounds(id: string, from: number | null, count: number, withTexts: boolean): Promise<CompareRound[]>;
  countRounds(id: string): Promise<number>;
  addRounds(id: string, rounds: readonly CompareRound[]): Promise<void>;
  changeRound(roundId: string, change: Partial<Pick<CompareRound, 'vote' | 'note'>>): Promise<string>;
  /** The first round with answers, of these or (null) of all, that were not asked yet, and only them; null: there is none. */
  nextQueued(id: string, answerIds: readonly string[] | null): Promise<CompareRound | null>;
  /** Typed rounds before this one, with texts. */
  before(id: string, number: number): Promise<CompareRound[]>;
  answer(answerId: string): Promise<{ answer: CompareAnswer; comparisonId: string }>;
  saveAnswer(answer: CompareAnswer): Promise<void>;
  /** Of sets: how many answers there are, and how many of them were asked to their end. */
  progress(id: string): Promise<{ done: number; total: number; queued: number }>;
  /** What was under way when core ended: of a set it is to be asked again, of a typed round it broke off. */
  settle(comparisonId: string | null, as: 'interrupted' | 'stopped'): Promise<void>;
  /** Rounds with a vote, without texts. */
  voted(id: string | null): Promise<CompareRound[]>;
}

const meta = z.object({
  model: z.string().nullable().catch(null),
  finishReason: z.string().nullable().catch(null),
  timing: answerTiming.catch(noTiming),
  failure: failure.nullable().catch(null),
  order: compareOrder.catch('together'),
  sharedWith: z.array(z.string()).catch([]),
});
const noMeta: z.infer<typeof meta> = {
  model: null,
  finishReason: null,
  timing: noTiming,
  failure: null,
  order: 'together',
  sharedWith: [],
};

export function createCompareStore(store: Store): CompareStore {
  async function withAnswers(rows: readonly Row[], withTexts: boolean): Promise<CompareRound[]> {
    const texts = withTexts ? 'text, reasoning' : "'' AS text, '' AS reasoning";
    const answers = await store.all(
      `SELECT id, round_id, column_id, name, state, meta, ${texts} FROM comparison_answers
       WHERE round_id IN (SELECT value FROM json_each(?)) ORDER BY position`,
      [JSON.stringify(rows.map(({ id }) => id))],
    );
    return rows.map((row) => ({
      ...toRound(row),
      answers: answers.filter((answer) => answer['round_id'] === row['id']).map(toAnswer),
    }));
  }

  async function entries(where: string): Promise<(ComparisonEntry & { deletedAt: string | null })[]> {
    const rows = await store.all(
      `SELECT c.id, c.setup, c.created_at, c.updated_at, c.deleted_at,
              (SELECT count(*) FROM comparison_rounds r WHERE r.comparison_id = c.id) AS rounds
       FROM comparisons c WHERE ${where}`,
    );
    return rows.flatMap((row) => {
      const found = toComparison(row);
      // One that cannot be read hides none of the others.
      if (found === null) return [];
      const { setup, ...entry } = found;
      const deletedAt = typeof row['deleted_at'] === 'string' ? row['deleted_at'] : null;
      const { title, columns } = setup;
      return [{ ...entry, title, columns: columns.length, rounds: Number(row['rounds']), deletedAt }];
    });
  }

  return {
    async list() {
      const found = await entries('deleted_at IS NULL ORDER BY updated_at DESC, id');
      return found.map(({ deletedAt: _deletedAt, ...entry }) => entry);
    },

    async removed() {
      const found = await entries('deleted_at IS NOT NULL ORDER BY deleted_at DESC, id');
      return found.flatMap(({ deletedAt, ...entry }) => (deletedAt === null ? [] : [{ ...entry, deletedAt }]));
    },

    async get(id) {
      const [row] = await store.all(
        'SELECT id, setup, created_at, updated_at FROM comparisons WHERE id = ? AND deleted_at IS NULL',
        [id],
      );
      const found = row === undefined ? null : toComparison(row);
      if (found === null) throw new AppError('NOT_FOUND', 'This comparison is no longer there.');
      return found;
    },

    create({ id, createdAt, updatedAt, setup }) {
      return store.run({
        sql: 'INSERT INTO comparisons (id, setup, created_at, updated_at) VALUES (?, ?, ?, ?)',
        values: [id, JSON.stringify(setup), createdAt, updatedAt],
      });
    },

    save({ id, updatedAt, setup }) {
      return store.run({
        sql: 'UPDATE comparisons SET setup = ?, updated_at = ? WHERE id = ?',
        values: [JSON.stringify(setup), updatedAt, id],
      });
    },

    async bin(id, deletedAt) {
      const [row] = await store.all('SELECT id FROM comparisons WHERE id = ?', [id]);
      if (row === undefined) throw new AppError('NOT_FOUND', 'This comparison is no longer there.');
      await store.run({ sql: 'UPDATE comparisons SET deleted_at = ? WHERE id = ?', values: [deletedAt, id] });
    },

    async rounds(id, from, count, withTexts) {
      const rows =
        from === null
          ? (
              await store.all('SELECT * FROM comparison_rounds WHERE comparison_id = ? ORDER BY number DESC LIMIT ?', [
                id,
                count,
              ])
            ).toReversed()
          : await store.all(
              'SELECT * FROM comparison_rounds WHERE comparison_id = ? ORDER BY number LIMIT ? OFFSET ?',
              [id, count, from],
            );
      return withAnswers(rows, withTexts);
    },

    async countRounds(id) {
      const [row] = await store.all('SELECT count(*) AS count FROM comparison_rounds WHERE comparison_id = ?', [id]);
      return Number(row?.['count'] ?? 0);
    },

    addRounds: (id, rounds) => store.run(...rounds.flatMap((round) => insertRound(id, round))),

    async changeRound(roundId, change) {
      const [row] = await store.all('SELECT comparison_id FROM comparison_rounds WHERE id = ?', [roundId]);
      const id = row?.['comparison_id'];
      if (typeof id !== 'string') throw new AppError('NOT_FOUND', 'This round is no longer there.');
      const statements: Statement[] = [];
      if (change.vote !== undefined) {
        const vote = change.vote === null ? null : JSON.stringify(change.vote);
        statements.push({ sql: 'UPDATE comparison_rounds SET vote = ? WHERE id = ?', values: [vote, roundId] });
      }
      if (change.note !== undefined)
        statements.push({ sql: 'UPDATE comparison_rounds SET note = ? WHERE id = ?', values: [change.note, roundId] });
      await store.run(...statements);
      return id;
    },

    async nextQueued(id, answerIds) {
      const wanted = answerIds === null ? null : JSON.stringify(answerIds);
      const rows = await store.all(
        `SELECT * FROM comparison_rounds WHERE comparison_id = ? AND id IN
           (SELECT round_id FROM comparison_answers WHERE comparison_id = ? AND state = 'queued'
              AND (? IS NULL OR id IN (SELECT value FROM json_each(?))))
         ORDER BY number LIMIT 1`,
        [id, id, wanted, wanted],
      );
      const [round] = await withAnswers(rows, false);
      if (round === undefined) return null;
      const isWanted = (answer: CompareAnswer) => answerIds === null || answerIds.includes(answer.id);
      return { ...round, answers: round.answers.filter((each) => each.state === 'queued' && isWanted(each)) };
    },

    async before(id, number) {
      const rows = await store.all(
        `SELECT * FROM comparison_rounds WHERE comparison_id = ? AND origin = 'typed' AND number < ? ORDER BY number`,
        [id, number],
      );
      return withAnswers(rows, true);
    },

    async answer(answerId) {
      const [row] = await store.all('SELECT * FROM comparison_answers WHERE id = ?', [answerId]);
      if (row === undefined) throw new AppError('NOT_FOUND', 'This answer is no longer there.');
      return { answer: toAnswer(row), comparisonId: String(row['comparison_id']) };
    },

    saveAnswer({ id, state, text, reasoning, ...rest }) {
      return store.run({
        sql: 'UPDATE comparison_answers SET state = ?, text = ?, reasoning = ?, meta = ? WHERE id = ?',
        values: [state, text, reasoning, JSON.stringify(meta.parse(rest)), id],
      });
    },

    async progress(id) {
      const [row] = await store.all(
        `SELECT count(*) AS total, count(*) FILTER (WHERE state = 'queued') AS queued,
                count(*) FILTER (WHERE state IN ('done', 'failed')) AS done
         FROM comparison_answers WHERE comparison_id = ? AND round_id IN
           (SELECT id FROM comparison_rounds WHERE comparison_id = ? AND origin = 'set')`,
        [id, id],
      );
      return { done: Number(row?.['done']), total: Number(row?.['total']), queued: Number(row?.['queued']) };
    },

    settle(comparisonId, as) {
      const isMeant = '(? IS NULL OR comparison_id = ?)';
      const ofSet = `round_id IN (SELECT id FROM comparison_rounds WHERE origin = 'set')`;
      return store.run(
        {
          sql: `UPDATE comparison_answers SET state = 'queued', text = '', reasoning = '', meta = ?
                WHERE state IN ('waiting', 'streaming', 'interrupted', 'stopped') AND ${ofSet} AND ${isMeant}`,
          values: [JSON.stringify(noMeta), comparisonId, comparisonId],
        },
        {
          sql: `UPDATE comparison_answers SET state = ?
                WHERE state IN ('waiting', 'streaming', 'queued') AND NOT ${ofSet} AND ${isMeant}`,
          values: [as, comparisonId, comparisonId],
        },
      );
    },

    async voted(id) {
      const rows = await store.all(
        `SELECT * FROM comparison_rounds WHERE vote IS NOT NULL AND (? IS NULL OR comparison_id = ?)
           AND comparison_id IN (SELECT id FROM comparisons WHERE deleted_at IS NULL) ORDER BY created_at`,
        [id, id],
      );
      return withAnswers(rows, false);
    },
  };
}

function insertRound(comparisonId: string, round: CompareRound): Statement[] {
  const { id, number, prompt, name, origin, createdAt, note } = round;
  return [
    {
      sql: `INSERT INTO comparison_rounds (id, comparison_id, number, prompt, name, origin, created_at, note)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      values: [id, comparisonId, number, prompt, name, origin, createdAt, note],
    },
    ...round.answers.map((answer, position) => ({
      sql: `INSERT INTO comparison_answers
              (id, round_id, comparison_id, column_id, position, name, state, meta, text, reasoning)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '')`,
      values: [
        answer.id,
        id,
        comparisonId,
        answer.columnId,
        position,
        answer.name,
        answer.state,
        JSON.stringify(noMeta),
      ],
    })),
  ];
}

export function queuedAnswer(id: string, columnId: string, name: string): CompareAnswer {
  return { id, columnId, name, state: 'queued', ...noMeta, text: '', reasoning: '' };
}

function toComparison(row: Row): StoredComparison | null {
  const setup = compareSetup.safeParse(parseJson(String(row['setup'])));
  if (!setup.success) return null;
  return {
    id: String(row['id']),
    createdAt: String(row['created_at']),
    updatedAt: String(row['updated_at']),
    setup: setup.data,
  };
}

function toRound(row: Row): Omit<CompareRound, 'answers'> {
  const vote = row['vote'];
  const name = row['name'];
  return {
    id: String(row['id']),
    number: Number(row['number']),
    prompt: String(row['prompt']),
    name: typeof name === 'string' ? name : null,
    origin: row['origin'] === 'set' ? 'set' : 'typed',
    createdAt: String(row['created_at']),
    vote: typeof vote === 'string' ? (compareVote.safeParse(parseJson(vote)).data ?? null) : null,
    note: String(row['note']),
  };
}

function toAnswer(row: Row): CompareAnswer {
  const rest = meta.safeParse(parseJson(String(row['meta'])));
  return {
    id: String(row['id']),
    columnId: String(row['column_id']),
    name: String(row['name']),
    state: compareAnswer.shape.state.catch('interrupted').parse(row['state']),
    ...(rest.success ? rest.data : noMeta),
    text: String(row['text']),
    reasoning: String(row['reasoning']),
  };
}
