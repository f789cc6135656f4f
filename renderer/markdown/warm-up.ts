import { growBlocks, noBlocks } from './blocks.ts';
import { order } from './draftsman.ts';
import { loadFormulaStyles } from './formula.tsx';

// One of each kind of thing. What is read the first times takes many times as long as later: in the first words of an
// answer, or in a chat that is opened, that is a pause that everybody sees.
const samples = [
  '## A heading\n\nWords, *slanted*, **strong**, `code`, [a link](https://example.com) and $x^2$.\n',
  '1. One\n   - inner\n2. Two\n\n> Quoted\n',
  '| a | b |\n| :-- | --: |\n| 1 | **2',
  '```python\nx = 1\n```\n\n$$\ny = 1\n$$\n',
];

/** Until the browser has made fast code of it. */
const rounds = 6;

let isWarm = false;

/**
 * Makes ready what draws an answer, piece by piece while the page has nothing else to do: what reads Markdown, the worker
 * that colours code and typesets formulas, and their sheet. Once a page; for where an answer is about to be asked for.
 */
export function warmUp(): void {
  if (isWarm) return;
  isWarm = true;
  let next = 0;
  function step(): void {
    const sample = samples[next % samples.length];
    next += 1;
    if (sample === undefined || next > rounds * samples.length) {
      void order({ kind: 'code', language: 'python', code: 'x = 1' });
      void order({ kind: 'formula', tex: 'x^2', isDisplay: false });
      void loadFormulaStyles();
      return;
    }
    // As it comes: half a text is mended, a whole one is not.
    const half = growBlocks(noBlocks, sample.slice(0, Math.ceil(sample.length / 2)));
    growBlocks(half, sample);
    whenIdle(step);
  }
  whenIdle(step);
}

function whenIdle(run: () => void): void {
  // Safari has none.
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run);
  else setTimeout(run, 50);
}
