const open = '<think>';
const close = '</think>';

export interface Split {
  text: string;
  reasoning: string;
}

export interface ThinkTags {
  /** What is certain by now; a beginning that may become a tag waits for the next piece. */
  push(text: string): Split;
  /** What still waits, when nothing more comes. */
  end(): Split;
}

/**
 * Takes reasoning apart from the answer where a server has no parser for it: it then comes inside the content, between
 * think tags (nim facts 10.1, ngc facts 5.4). Only at the very beginning, so that an answer may speak of the tag.
 */
export function createThinkTags(): ThinkTags {
  let state: 'before' | 'inside' | 'after tag' | 'after' = 'before';
  let held = '';

  function push(piece: string): Split {
    if (state === 'after') return { text: piece, reasoning: '' };
    held += piece;
    if (state === 'before') {
      const start = held.trimStart();
      if (start.length < open.length && open.startsWith(start)) return nothing();
      if (!start.startsWith(open)) {
        state = 'after';
        return { text: take(), reasoning: '' };
      }
      state = 'inside';
      held = start.slice(open.length);
    }
    let reasoning = '';
    if (state === 'inside') {
      const at = held.indexOf(close);
      const certain = at < 0 ? held.length - heldBack(held) : at;
      reasoning = held.slice(0, certain);
      held = held.slice(at < 0 ? certain : at + close.length);
      if (at < 0) return { text: '', reasoning };
      state = 'after tag';
    }
    // The blank lines that stand between the two belong to neither.
    const text = held.trimStart();
    held = '';
    if (text !== '') state = 'after';
    return { text, reasoning };
  }

  function take(): string {
    const all = held;
    held = '';
    return all;
  }

  return {
    push,
    end() {
      const rest = take();
      return state === 'inside' ? { text: '', reasoning: rest } : { text: rest, reasoning: '' };
    },
  };
}

const nothing = (): Split => ({ text: '', reasoning: '' });

/** How much of the end may be the beginning of the closing tag. */
function heldBack(text: string): number {
  for (let length = Math.min(close.length - 1, text.length); length > 0; length -= 1) {
    if (close.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
