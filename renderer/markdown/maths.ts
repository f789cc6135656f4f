// Formulas in Markdown: `$x$`, `$$x$$`, `\(x\)` and `\[x\]`, within a line and as blocks of their own. The tokens have the
// names of micromark-extension-math; the rules differ: an amount of money is no formula, and a block that nobody closes
// ends at the next blank line instead of taking the rest of the answer with it.
import type { Extension as TreeExtension } from 'mdast-util-from-markdown';
import type { InlineMath, Math as MathBlock } from 'mdast-util-math';
import type { math } from 'micromark-extension-math';

type SyntaxExtension = ReturnType<typeof math>;
type ConstructList = NonNullable<NonNullable<SyntaxExtension['text']>[string]>;
type Construct = Exclude<ConstructList, unknown[]>;
type Tokenize = Construct['tokenize'];
type Code = Parameters<NonNullable<Construct['previous']>>[0];
type State = ReturnType<Tokenize>;

const dollar = 36;
const backslash = 92;
const openers: Readonly<Record<number, number>> = { 40: 41, 91: 93 };

/** micromark: negative codes are line ends (-5 to -3) and tabs (-2, -1). */
const isLineEnd = (code: Code) => code !== null && code < -2;
const isSpace = (code: Code) => code === 32 || code === -2 || code === -1;
const isDigit = (code: Code) => code !== null && code >= 48 && code <= 57;
const isWordCharacter = (code: Code) =>
  code !== null && (isDigit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122));

/** “5 million, of which …” between two dollar signs. */
const looksLikeMoney = /^\d[\d.,]*(?:[kKmMbB]n?)?(?:\s+[A-Za-z]{2,}|\s*[-–—/]|[.,;:]?\s)/;
/** In the middle of a line `\[1\]` is an escaped bracket far more often than a formula. */
const looksLikeMaths = /[\\^_=<>+]|^\s/;

function nextLineIsLazy(): Construct {
  return {
    partial: true,
    tokenize(effects, ok, nok) {
      return (code) => {
        effects.enter('lineEnding');
        effects.consume(code);
        effects.exit('lineEnding');
        return (next) => (this.parser.lazy[this.now().line] === true ? nok(next) : ok(next));
      };
    },
  };
}

/** A block: from `$$` or `\[` at the beginning of a line to its counterpart at the end of one, or to the end of the text. */
const blockConstruct: Construct = {
  name: 'mathFlow',
  concrete: true,
  tokenize(effects, ok, nok) {
    let opener = dollar;
    const nextLine = nextLineIsLazy();

    const begin: State = (code) => {
      effects.enter('mathFlow');
      effects.enter('mathFlowFence');
      opener = code ?? dollar;
      effects.consume(code);
      return secondOfOpener;
    };
    const secondOfOpener: State = (code) => {
      if (code !== (opener === dollar ? dollar : 91)) return nok(code);
      effects.consume(code);
      effects.exit('mathFlowFence');
      return (next) => (this.interrupt === true ? ok(next) : between(next));
    };
    const between: State = (code) => {
      if (code === null) return done(code);
      if (isLineEnd(code)) return effects.attempt(nextLine, lineStart, nok)(code);
      if (code === opener) return effects.attempt(closing, afterClosing, value)(code);
      return value(code);
    };
    const value: State = (code) => {
      effects.enter('mathFlowValue');
      return inValue(code, true);
    };
    const inValue = (code: Code, isFirst = false): State | undefined => {
      if (code === null || isLineEnd(code) || (code === opener && !isFirst)) {
        effects.exit('mathFlowValue');
        return between(code);
      }
      effects.consume(code);
      return (next) => inValue(next);
    };
    // A blank line: nobody closed it, so it was none. Spaces are part of what follows.
    const lineStart: State = (code) => effects.check(blank, nok, between)(code);
    // When something follows on the line it is a formula within a text, see below.
    const afterClosing: State = (code) => {
      if (code === null || isLineEnd(code)) return done(code);
      if (!isSpace(code)) return nok(code);
      effects.enter('space');
      effects.consume(code);
      effects.exit('space');
      return afterClosing;
    };
    const done: State = (code) => {
      effects.exit('mathFlow');
      return ok(code);
    };
    const blank: Construct = {
      partial: true,
      tokenize(inner, isBlank, isNot) {
        const skip: State = (code) => {
          if (isLineEnd(code)) return isBlank(code);
          if (!isSpace(code)) return isNot(code);
          inner.enter('space');
          inner.consume(code);
          inner.exit('space');
          return skip;
        };
        return skip;
      },
    };
    const closing: Construct = {
      partial: true,
      tokenize(inner, isClosed, isNot) {
        const first: State = (code) => {
          inner.enter('mathFlowFence');
          inner.consume(code);
          return second;
        };
        const second: State = (code) => {
          if (code !== (opener === dollar ? dollar : 93)) return isNot(code);
          inner.consume(code);
          inner.exit('mathFlowFence');
          return isClosed;
        };
        return first;
      },
    };
    return begin;
  },
};

/** Within a text. What is no formula falls back to what Markdown makes of it. */
const textConstruct: Construct = {
  name: 'mathText',
  previous(code) {
    return code !== dollar && code !== backslash;
  },
  tokenize(effects, ok, nok) {
    let content = '';
    let kind: 'dollar' | 'dollars' | 'brackets' = 'dollar';
    let closer: number = dollar;
    let last: Code = null;

    const begin: State = (code) => {
      if (code === dollar && isWordCharacter(this.previous)) return nok(code);
      effects.enter('mathText');
      effects.enter('mathTextSequence');
      effects.consume(code);
      return code === dollar ? afterDollar : afterBackslash;
    };
    const afterBackslash: State = (code) => {
      const found = code === null ? undefined : openers[code];
      if (found === undefined) return nok(code);
      kind = 'brackets';
      closer = found;
      return endOfOpener(code);
    };
    const afterDollar: State = (code) => {
      if (code === dollar) {
        kind = 'dollars';
        return endOfOpener(code);
      }
      if (code === null || isSpace(code) || isLineEnd(code)) return nok(code);
      effects.exit('mathTextSequence');
      return between(code);
    };
    const endOfOpener: State = (code) => {
      effects.consume(code);
      effects.exit('mathTextSequence');
      return between;
    };
    const between: State = (code) => {
      if (code === null) return nok(code);
      if (isLineEnd(code)) {
        effects.enter('lineEnding');
        effects.consume(code);
        effects.exit('lineEnding');
        content += '\n';
        last = code;
        return between;
      }
      if (code === dollar && kind !== 'brackets') return atDollar(code);
      effects.enter('mathTextData');
      return data(code);
    };
    const data: State = (code) => {
      if (code === null || isLineEnd(code) || (code === dollar && kind !== 'brackets')) {
        effects.exit('mathTextData');
        return between(code);
      }
      if (code === backslash) {
        if (kind !== 'brackets') {
          consume(code);
          return escaped;
        }
        effects.exit('mathTextData');
        return effects.attempt(bracketClosing, finish, dataAgain)(code);
      }
      // Code is stronger than a single dollar sign.
      if (code === 96 && kind === 'dollar') return nok(code);
      consume(code);
      return data;
    };
    const dataAgain: State = (code) => {
      effects.enter('mathTextData');
      consume(code);
      return escaped;
    };
    /** After a backslash a dollar sign is part of the formula. */
    const escaped: State = (code) => {
      if (code === null || isLineEnd(code)) return data(code);
      consume(code);
      return data;
    };
    const consume = (code: Code) => {
      effects.consume(code);
      content += code === null || code < 0 ? ' ' : String.fromCodePoint(code);
      last = code;
    };
    const atDollar: State = (code) => {
      effects.enter('mathTextSequence');
      effects.consume(code);
      if (kind === 'dollars') return secondDollar;
      return afterClosingDollar;
    };
    const secondDollar: State = (code) => {
      if (code !== dollar) return nok(code);
      effects.consume(code);
      effects.exit('mathTextSequence');
      return finish;
    };
    const afterClosingDollar: State = (code) => {
      if (isSpace(last) || isLineEnd(last) || isDigit(code) || code === dollar) return nok(code);
      if (looksLikeMoney.test(content)) return nok(code);
      effects.exit('mathTextSequence');
      return finish(code);
    };
    const finish: State = (code) => {
      if (content.trim() === '') return nok(code);
      if (closer === 93 && (code === 40 || !looksLikeMaths.test(content))) return nok(code);
      effects.exit('mathText');
      return ok(code);
    };
    const bracketClosing: Construct = {
      partial: true,
      tokenize(inner, isClosed, isNot) {
        return (code) => {
          inner.enter('mathTextSequence');
          inner.consume(code);
          return (next) => {
            if (next !== closer) return isNot(next);
            inner.consume(next);
            inner.exit('mathTextSequence');
            return isClosed;
          };
        };
      },
    };
    return begin;
  },
};

export function mathsSyntax(): SyntaxExtension {
  return {
    flow: { [dollar]: blockConstruct, [backslash]: blockConstruct },
    text: { [dollar]: textConstruct, [backslash]: textConstruct },
  };
}

const blockNode = (): MathBlock => ({ type: 'math', value: '' });
const inlineNode = (): InlineMath => ({ type: 'inlineMath', value: '' });

/**
 * Nodes `math` and `inlineMath` as mdast-util-math has them, without its hints for HTML. The value of an inline one that
 * stands in `$$` or `\[` begins with a line end: it is drawn in display style.
 */
export function mathsTree(): TreeExtension {
  return {
    enter: {
      mathFlow(token) {
        this.enter(blockNode(), token);
        this.buffer();
      },
      mathText(token) {
        this.enter(inlineNode(), token);
        this.buffer();
      },
      mathFlowValue(token) {
        this.config.enter['data']?.call(this, token);
      },
      mathTextData(token) {
        this.config.enter['data']?.call(this, token);
      },
    },
    exit: {
      mathFlowValue(token) {
        this.config.exit['data']?.call(this, token);
      },
      mathTextData(token) {
        this.config.exit['data']?.call(this, token);
      },
      mathFlow(token) {
        const value = this.resume().trim();
        const node = this.stack.at(-1);
        if (node?.type === 'math') node.value = value;
        this.exit(token);
      },
      mathText(token) {
        const value = this.resume().trim();
        const node = this.stack.at(-1);
        const isDisplay = /^(?:\$\$|\\\[)/.test(this.sliceSerialize(token));
        if (node?.type === 'inlineMath') node.value = isDisplay ? `\n${value}` : value;
        this.exit(token);
      },
    },
  };
}
