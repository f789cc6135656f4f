// Answers being written side by side, for measuring and looking at what drawing them costs:
// `answers.html?columns=4&rate=200&seconds=60&as=markdown`. Built by bench/answers.ts; the app itself does not contain it.
import './styles.css';
import { memo, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Markdown } from './markdown/markdown.tsx';
import { warmUp } from './markdown/warm-up.ts';
import { article } from './testing/article.ts';

const asked = new URLSearchParams(window.location.search);
const count = (name: string, otherwise: number) => Number(asked.get(name) ?? otherwise);
const columns = count('columns', 4);
const tokensPerSecond = count('rate', 200);
const seconds = count('seconds', 60);
const isPlain = asked.get('as') === 'plain';
const theme = asked.get('theme');
if (theme !== null) document.documentElement.dataset['theme'] = theme;
if (asked.get('contrast') === 'more') document.documentElement.dataset['contrast'] = 'more';
/** English in a usual tokenizer. */
const charactersPerToken = 4;
const length = tokensPerSecond * seconds * charactersPerToken;

interface Measured {
  /** Between one frame and the next, ms. */
  frames: number[];
  /** Tasks over 50 ms as the browser reports them, ms. */
  longTasks: number[];
  /** Between two changes of what a column shows, ms. */
  gaps: number[];
}

declare global {
  interface Window {
    /** Begins; resolves when the answers are complete and drawn. */
    writeAnswers: () => Promise<Measured>;
    /** Draws these texts, one below the other, and nothing else. */
    showAnswers: (texts: readonly string[], isOpen: boolean) => void;
    /** How many tokens of each answer have come. */
    tokensSoFar: number;
  }
}

const articles = Array.from({ length: columns }, (_, column) => article(column, length));

function Answer({ text, isOpen }: { text: string; isOpen: boolean }) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (content.current === null) return undefined;
    const observer = new ResizeObserver(() => scroller.current?.scrollTo(0, scroller.current.scrollHeight));
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={scroller} className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-ground p-3" data-answer="">
      <div ref={content}>{isPlain ? <Plain text={text} /> : <Markdown text={text} isOpen={isOpen} />}</div>
    </div>
  );
}

/** In paragraphs, as a page of plain text would have them, so that only the last one is laid out anew. */
function Plain({ text }: { text: string }) {
  // oxlint-disable-next-line react/no-array-index-key -- a paragraph is its place
  return text.split('\n\n').map((paragraph, index) => <Paragraph key={index} text={paragraph} />);
}

const Paragraph = memo(function Paragraph({ text }: { text: string }) {
  return <p className="mb-6 whitespace-pre-wrap">{text}</p>;
});

function Answers() {
  const [characters, setCharacters] = useState(0);
  const [given, setGiven] = useState<{ texts: readonly string[]; isOpen: boolean } | null>(null);
  useEffect(() => {
    window.showAnswers = (texts, isOpen) => flushSync(() => setGiven({ texts, isOpen }));
    window.writeAnswers = () => {
      const begin = performance.now();
      const measured = startMeasuring();
      return new Promise((resolve) => {
        function frame(now: number) {
          // A frame may have begun before the writing was asked for.
          const since = Math.max(0, now - begin) / 1000;
          const tokens = Math.min(Math.floor(since * tokensPerSecond), tokensPerSecond * seconds);
          window.tokensSoFar = tokens;
          setCharacters(tokens * charactersPerToken);
          if (tokens < tokensPerSecond * seconds) requestAnimationFrame(frame);
          // What the end brings is part of the answer.
          else setTimeout(() => resolve(measured()), 1000);
        }
        requestAnimationFrame(frame);
      });
    };
  }, []);
  if (given !== null)
    return (
      <main className="h-full overflow-y-auto p-5">
        {given.texts.map((text, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- a text is its place
          <div key={index} className="mx-auto max-w-4xl pb-5">
            <Markdown text={text} isOpen={given.isOpen} />
          </div>
        ))}
      </main>
    );
  return (
    <main className="flex h-full gap-2">
      {articles.map((text, column) => (
        // oxlint-disable-next-line react/no-array-index-key -- a column is its place
        <Answer key={column} text={text.slice(0, characters)} isOpen={characters < length} />
      ))}
    </main>
  );
}

function startMeasuring(): () => Measured {
  const frames: number[] = [];
  const longTasks: number[] = [];
  const gaps: number[] = [];
  let last = performance.now();
  let isOver = false;
  function frame(now: number) {
    frames.push(now - last);
    last = now;
    if (!isOver) requestAnimationFrame(frame);
  }
  requestAnimationFrame((now) => {
    last = now;
    requestAnimationFrame(frame);
  });
  const tasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longTasks.push(duration);
  });
  tasks.observe({ type: 'longtask' });
  for (const answer of document.querySelectorAll('[data-answer]')) {
    let changed: number | null = null;
    new MutationObserver(() => {
      const now = performance.now();
      if (changed !== null) gaps.push(now - changed);
      changed = now;
    }).observe(answer, { childList: true, subtree: true, characterData: true });
  }
  return () => {
    isOver = true;
    return { frames, longTasks, gaps };
  };
}

const root = document.getElementById('root');
if (root === null) throw new Error('answers.html has no #root');
// As the pages with a composer do.
warmUp();
createRoot(root).render(<Answers />);
