export interface Word {
  text: string;
  /** In single quotes: nothing in it is replaced. */
  isQuoted: boolean;
}

export interface Command {
  kind: 'command';
  words: Word[];
  /** Behind `&&` or `||`. */
  condition: 'and' | 'or' | null;
  toError: boolean;
  /** `2>&1` */
  errorsToOutput: boolean;
  isSilent: boolean;
}

export type Statement =
  | Command
  | { kind: 'while'; condition: Statement[]; body: Statement[] }
  | { kind: 'for'; name: string; items: string[]; body: Statement[] }
  | { kind: 'if'; condition: Statement[]; body: Statement[]; otherwise: Statement[] };

type Token = { word: Word } | { separator: string };

const tokenPattern =
  /\s*(?:(;|&&|\|\||\n|&(?!\d))|((?:'[^']*'|"(?:[^"\\]|\\.)*"|\$\(\([^)]*\)\)|[^\s;&|'"]|&(?=\d))+))/y;

function toTokens(script: string): Token[] {
  const tokens: Token[] = [];
  const text = script.replace(/\\\n/g, ' ').replace(/^\s*#.*$/gm, '');
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < text.length) {
    const at = tokenPattern.lastIndex;
    // A line's end divides as `;` does, so spaces are skipped by hand.
    const newline = /^[ \t]*\n/.exec(text.slice(at));
    if (newline !== null) {
      tokens.push({ separator: ';' });
      tokenPattern.lastIndex = at + newline[0].length;
      continue;
    }
    const found = tokenPattern.exec(text);
    if (found === null) {
      if (text.slice(at).trim() === '') break;
      throw new Error(`syntax error: “${text.slice(at).trim().slice(0, 20)}” is not known here`);
    }
    const [, separator, raw] = found;
    if (separator !== undefined) tokens.push({ separator });
    else if (raw !== undefined) tokens.push({ word: toWord(raw) });
  }
  return tokens;
}

function toWord(raw: string): Word {
  const isQuoted = /^'[^']*'$/.test(raw);
  const text = raw.replace(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"/g,
    (_all, single: string | undefined, double: string | undefined) =>
      single ?? (double ?? '').replace(/\\(["\\$`])/g, '$1'),
  );
  return { text, isQuoted };
}

/** The small part of a shell's language that `shell.ts` knows; throws a sentence about what it does not. */
export function parseScript(script: string): Statement[] {
  const tokens = toTokens(script);
  let at = 0;

  const peek = () => {
    const token = tokens[at];
    return token !== undefined && 'word' in token ? token.word.text : undefined;
  };

  function skipSeparators(): void {
    for (let token = tokens[at]; token !== undefined && 'separator' in token; token = tokens[at]) at += 1;
  }

  function expect(word: string): void {
    skipSeparators();
    if (peek() !== word) throw new Error(`syntax error: expected “${word}”`);
    at += 1;
  }

  function parseUntil(...ends: readonly string[]): Statement[] {
    const statements: Statement[] = [];
    let condition: Command['condition'] = null;
    for (;;) {
      const token = tokens[at];
      if (token === undefined) {
        if (ends.length > 0) throw new Error(`syntax error: expected “${ends.join('” or “')}”`);
        return statements;
      }
      if ('separator' in token) {
        condition = token.separator === '&&' ? 'and' : token.separator === '||' ? 'or' : null;
        at += 1;
        continue;
      }
      if (ends.includes(token.word.text)) return statements;
      statements.push(parseStatement(condition));
      condition = null;
    }
  }

  function parseStatement(condition: Command['condition']): Statement {
    const first = peek();
    if (first === 'while') {
      at += 1;
      const test = parseUntil('do');
      expect('do');
      const body = parseUntil('done');
      expect('done');
      return { kind: 'while', condition: test, body };
    }
    if (first === 'for') {
      at += 1;
      const name = peek() ?? '';
      at += 1;
      expect('in');
      const items: string[] = [];
      for (let word = peek(); word !== undefined; word = peek()) {
        items.push(word);
        at += 1;
      }
      expect('do');
      const body = parseUntil('done');
      expect('done');
      return { kind: 'for', name, items, body };
    }
    if (first === 'if') {
      at += 1;
      const test = parseUntil('then');
      expect('then');
      const body = parseUntil('else', 'fi');
      const hasElse = peek() === 'else';
      if (hasElse) at += 1;
      const otherwise = hasElse ? parseUntil('fi') : [];
      expect('fi');
      return { kind: 'if', condition: test, body, otherwise };
    }
    const command: Command = {
      kind: 'command',
      words: [],
      condition,
      toError: false,
      errorsToOutput: false,
      isSilent: false,
    };
    for (let token = tokens[at]; token !== undefined && 'word' in token; token = tokens[at]) {
      const { text } = token.word;
      if (text === '>&2' || text === '1>&2') command.toError = true;
      else if (text === '2>&1') command.errorsToOutput = true;
      else if (/^[12]?>(?:\/dev\/null)?$/.test(text)) command.isSilent ||= !text.startsWith('2');
      // Only `read` takes any input here.
      else if (text !== '</dev/null') command.words.push(token.word);
      at += 1;
    }
    return command;
  }

  return parseUntil();
}
