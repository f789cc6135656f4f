/* oxlint-disable react/no-array-index-key -- parts of a text are only ever added at its end, so their place is what they are */
import { memo, type ReactNode } from 'react';
import { words } from '../words.ts';
import { Code } from './code.tsx';
import { Formula } from './formula.tsx';
import { Link } from './link.tsx';
import type { References } from './references.ts';
import type { Node, NodeOf } from './syntax.ts';

interface Context {
  references: References;
  /** Of what more comes: the last leaf of a text that is being written. */
  open: Node | null;
}

type Align = NonNullable<NodeOf<'table'>['align']>[number];

const alignClass = (align: Align | undefined) =>
  align === 'right' ? 'text-right' : align === 'center' ? 'text-center' : undefined;

/** What a model writes is not trusted: every kind of node becomes elements of ours; there is no HTML anywhere. */
export function draw(node: Node, context: Context, key?: number): ReactNode {
  const inside = () => ('children' in node ? node.children.map((child, index) => draw(child, context, index)) : null);
  switch (node.type) {
    case 'text':
      return node.value;
    case 'paragraph':
      return <p key={key}>{inside()}</p>;
    case 'emphasis':
      return <em key={key}>{inside()}</em>;
    case 'strong':
      return <strong key={key}>{inside()}</strong>;
    case 'delete':
      return <del key={key}>{inside()}</del>;
    case 'inlineCode':
      return <code key={key}>{node.value}</code>;
    case 'break':
      return <br key={key} />;
    case 'thematicBreak':
      return <hr key={key} />;
    case 'heading':
      // Models skip levels; under the heading of its message each heading of an answer is of the same rank and only looks different.
      return (
        <h3 key={key} className={headingClass[node.depth]}>
          {inside()}
        </h3>
      );
    case 'blockquote':
      return <blockquote key={key}>{inside()}</blockquote>;
    case 'html':
      // The one piece of HTML that models write for its effect: a line's end within a cell of a table.
      return /^<br\s*\/?>$/i.test(node.value) ? <br key={key} /> : <HtmlAsText key={key} text={node.value} />;
    case 'code':
      return <Code key={key} code={node.value} language={node.lang ?? ''} isOpen={context.open === node} />;
    case 'math':
      return <Formula key={key} tex={node.value} isDisplay isOpen={context.open === node} />;
    case 'inlineMath':
      return <Formula key={key} tex={node.value.trim()} isDisplay={node.value.startsWith('\n')} isOpen={false} />;
    case 'link':
      return (
        <Link key={key} address={node.url} text={textOf(node)}>
          {inside()}
        </Link>
      );
    case 'linkReference':
      return (
        <Link key={key} address={context.references.addresses.get(node.identifier)?.url ?? ''} text={textOf(node)}>
          {inside()}
        </Link>
      );
    case 'image':
      return <Picture key={key} address={node.url} description={node.alt ?? ''} />;
    case 'imageReference':
      return (
        <Picture
          key={key}
          address={context.references.addresses.get(node.identifier)?.url ?? ''}
          description={node.alt ?? ''}
        />
      );
    case 'footnoteReference':
      return (
        <NoteMark key={key} number={context.references.notes.get(node.identifier) ?? null} label={node.identifier} />
      );
    case 'footnoteDefinition':
      return (
        <aside key={key} className="note">
          <NoteMark number={context.references.notes.get(node.identifier) ?? null} label={node.identifier} />
          <div>{inside()}</div>
        </aside>
      );
    case 'list':
      return <List key={key} node={node} {...context} />;
    case 'table':
      return <Table key={key} node={node} {...context} />;
    case 'definition':
    case 'listItem':
    case 'tableRow':
    case 'tableCell':
    case 'yaml':
      // Drawn by what they stand in, or not at all.
      break;
  }
  return null;
}

const headingClass: Readonly<Record<number, string>> = { 1: 'text-xl', 2: 'text-lg', 3: 'text-md' };

function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

function HtmlAsText({ text }: { text: string }) {
  return <span className="whitespace-pre-wrap">{text}</span>;
}

/** An image would be fetched from wherever the model says: its description and its address are shown instead. */
function Picture({ address, description }: { address: string; description: string }) {
  const text = words.markdown.image(description);
  return (
    <Link address={address} text={text}>
      {text}
    </Link>
  );
}

function NoteMark({ number, label }: { number: number | null; label: string }) {
  return <sup aria-label={number === null ? undefined : words.markdown.note(number)}>{number ?? label}</sup>;
}

function List({ node, references, open }: { node: NodeOf<'list'> } & Context) {
  const isLoose = node.spread === true || node.children.some((item) => item.spread === true);
  const items = node.children.map((item, index) => (
    <Item
      key={index}
      node={item}
      isLoose={isLoose}
      references={references}
      // Those before the last do not change, so that they need not be drawn again.
      open={index === node.children.length - 1 ? open : null}
    />
  ));
  return node.ordered === true ? <ol start={node.start ?? 1}>{items}</ol> : <ul>{items}</ul>;
}

const Item = memo(function Item({
  node,
  isLoose,
  ...context
}: { node: NodeOf<'list'>['children'][number]; isLoose: boolean } & Context) {
  const isTask = node.checked !== null && node.checked !== undefined;
  return (
    <li className={isTask ? 'task' : undefined}>
      {isTask && (
        <input
          type="checkbox"
          disabled
          readOnly
          checked={node.checked === true}
          aria-label={node.checked === true ? words.markdown.taskDone : words.markdown.taskOpen}
        />
      )}
      {node.children.map((child, index) =>
        child.type === 'paragraph' && !isLoose ? (
          <span key={index}>{child.children.map((part, place) => draw(part, context, place))}</span>
        ) : (
          draw(child, context, index)
        ),
      )}
    </li>
  );
});

function Table({ node, references }: { node: NodeOf<'table'> } & Context) {
  const [head, ...rows] = node.children;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a wide table scrolls, so it must be reachable by keyboard
    <figure tabIndex={0} aria-label={words.markdown.table} className="wide-table">
      <table>
        {head !== undefined && (
          <thead>
            <Row node={head} align={node.align ?? null} columns={head.children.length} isHead references={references} />
          </thead>
        )}
        <tbody>
          {rows.map((row, index) => (
            <Row
              key={index}
              node={row}
              align={node.align ?? null}
              columns={head?.children.length ?? row.children.length}
              isHead={false}
              references={references}
            />
          ))}
        </tbody>
      </table>
    </figure>
  );
}

interface RowProps {
  node: NodeOf<'table'>['children'][number];
  align: readonly Align[] | null;
  columns: number;
  isHead: boolean;
  references: References;
}

const Row = memo(
  function Row({ node, align, columns, isHead, references }: RowProps) {
    const context = { references, open: null };
    return (
      <tr>
        {Array.from({ length: columns }, (_, index) => {
          const content = node.children[index]?.children.map((part, place) => draw(part, context, place));
          const className = alignClass(align?.[index]);
          return isHead ? (
            <th key={index} scope="col" className={className}>
              {content}
            </th>
          ) : (
            <td key={index} className={className}>
              {content}
            </td>
          );
        })}
      </tr>
    );
  },
  // Each reading makes a new list of alignments that says the same.
  (before, after) =>
    before.node === after.node &&
    before.columns === after.columns &&
    before.references === after.references &&
    before.align?.join() === after.align?.join(),
);
