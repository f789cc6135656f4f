import { memo, useState, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from '../../ui/code-block.tsx';
import { words } from '../../words.ts';
import { blockTexts, growBlocks, noBlocks } from './blocks.ts';

const plugins = [remarkGfm];

/** What a model writes is not trusted: a link leads out of the app, over https only, and tells nobody where it was clicked. */
function Link({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  if (href?.startsWith('https://') !== true) return <span title={href}>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  );
}

const components: Components = {
  a: ({ href, children }) => <Link href={href}>{children}</Link>,
  // An image would be fetched from wherever the model says: its address is shown instead.
  img: ({ src, alt }) => (
    <Link href={typeof src === 'string' ? src : undefined}>{words.chat.imageLink(alt ?? '')}</Link>
  ),
  pre: ({ node }) => {
    const code = node?.children[0];
    if (code?.type !== 'element') return null;
    const language = /language-(\S+)/.exec(String(code.properties['className'] ?? ''))?.[1];
    const text = code.children.map((child) => (child.type === 'text' ? child.value : '')).join('');
    return (
      <CodeBlock code={text.replace(/\n$/, '')} label={language ?? words.chat.code} copyLabel={words.chat.copyCode} />
    );
  },
  table: ({ children }) => (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide table scrolls, so it must be reachable by keyboard
    <figure tabIndex={0} className="overflow-x-auto">
      <table>{children}</table>
    </figure>
  ),
  // Models skip levels; under the heading of its message each heading of an answer is of the same rank and only looks different.
  h1: ({ children }) => <h3 className="text-xl">{children}</h3>,
  h2: ({ children }) => <h3 className="text-lg">{children}</h3>,
  h3: ({ children }) => <h3 className="text-md">{children}</h3>,
  h4: ({ children }) => <h3>{children}</h3>,
  h5: ({ children }) => <h3>{children}</h3>,
  h6: ({ children }) => <h3>{children}</h3>,
  input: ({ checked }) => (
    <input
      type="checkbox"
      disabled
      readOnly
      checked={checked === true}
      aria-label={checked === true ? words.chat.taskDone : words.chat.taskOpen}
    />
  ),
};

const Block = memo(function Block({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={plugins} components={components}>
      {text}
    </ReactMarkdown>
  );
});

/** While it is being written: block by block, so that only the open one is rendered again. */
function GrowingMarkdown({ text }: { text: string }) {
  const [blocks, setBlocks] = useState(noBlocks);
  const grown = growBlocks(blocks, text);
  if (grown !== blocks) setBlocks(grown);
  return blockTexts(grown).map((block) => (
    <div key={block.start}>
      <Block text={block.text} />
    </div>
  ));
}

/** @param isGrowing false: rendered as a whole, so that what reaches over blocks (footnotes, reference links) is right */
export function Markdown({ text, isGrowing }: { text: string; isGrowing: boolean }) {
  return <div className="prose">{isGrowing ? <GrowingMarkdown text={text} /> : <Block text={text} />}</div>;
}
