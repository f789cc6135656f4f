import { createRandom } from '../scripts/soak/random.ts';
import type { Statement, Store } from '../core/store/store.ts';

const seed = 1;
/** Letters of a token of English prose, about. */
const lettersPerToken = 4;
const words = Array.from({ length: 4_000 }, (_, index) => `word${index.toString(36)}`);
type Random = ReturnType<typeof createRandom>;

/** The chat that is long; it was written to last, so it stands first in the list. */
export const heavyId = 'heavy';
export const heavyMessages = 600;
export const heavyTitle = 'The long chat';

/** Prose of so many letters from 4,000 words, common ones far more often than rare ones, as in a language. */
function prose(letters: number, random: Random): string {
  const parts: string[] = [];
  for (let length = 0; length < letters;) {
    const word = words[Math.floor(random.next() ** 3 * words.length)] ?? '';
    parts.push(word);
    length += word.length + 1;
  }
  return parts.join(' ');
}

const fence = '```';

/** What answers are made of, beside prose; every fourth piece or so is one of these. */
const pieces: readonly ((random: Random) => string)[] = [
  (random) => `## ${prose(30, random)}`,
  (random) => ['-', '-', '-'].map((bullet) => `${bullet} **${prose(10, random)}** ${prose(60, random)}`).join('\n'),
  (random) =>
    `${fence}python\ndef ${prose(6, random)}(x):\n    return "${prose(20, random)}"  # ${prose(20, random)}\n${fence}`,
  (random) => `| ${prose(8, random)} | ${prose(8, random)} |\n| --- | ---: |\n| ${prose(12, random)} | 12 |`,
  (random) => `${prose(40, random)} $x^2 + ${random.below(100)}$ and \`${prose(8, random)}\`.`,
];

/** An answer of about so many letters: paragraphs, and now and then a heading, a list, code, a table, a formula. */
function answer(letters: number, random: Random): string {
  const parts: string[] = [];
  for (let length = 0; length < letters;) {
    const part = random.chance(0.3) ? random.pick(pieces)(random) : prose(Math.min(400, letters - length), random);
    parts.push(part);
    length += part.length + 2;
  }
  return parts.join('\n\n');
}

/** Chats with a question and an answer each, and one of so many tokens in 600 messages. Returns its texts, in order. */
export async function fillChats(store: Store, chats: number, heavyTokens: number): Promise<string[]> {
  const random = createRandom(seed);
  const turn = JSON.stringify({ state: 'done', model: 'meta/llama' });
  const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();
  let statements: Statement[] = [];
  const add = (id: string, title: string, index: number, messages: number, letters: number): string[] => {
    const texts: string[] = [];
    statements.push({
      sql: `INSERT INTO conversations (id, title, created_at, updated_at, nim_name, parameters, leaf_id)
            VALUES (?, ?, ?, ?, 'llama', '{}', ?)`,
      values: [id, title, at(index), at(index), `${id}-${messages - 1}`],
    });
    for (let each = 0; each < messages; each += 1) {
      const isAnswer = each % 2 === 1;
      const text = isAnswer ? answer(letters * 1.8, random) : prose(letters * 0.2, random);
      texts.push(text);
      statements.push({
        sql: `INSERT INTO messages (id, conversation_id, parent_id, position, role, created_at, turn, text, reasoning)
              VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')`,
        values: [
          `${id}-${each}`,
          id,
          each === 0 ? null : `${id}-${each - 1}`,
          each + 1,
          isAnswer ? 'assistant' : 'user',
          at(index),
          isAnswer ? turn : null,
          text,
        ],
      });
    }
    return texts;
  };
  for (let index = 0; index < chats; index += 1) {
    add(`chat-${index}`, prose(30, random), index, 2, 1_500);
    if (statements.length < 1_000) continue;
    await store.run(...statements);
    statements = [];
  }
  const heavy = add(heavyId, heavyTitle, chats, heavyMessages, (heavyTokens * lettersPerToken) / heavyMessages);
  await store.run(...statements);
  return heavy;
}
