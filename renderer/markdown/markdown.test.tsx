import { act, cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { longAnswer } from '../testing/long-answer.ts';
import { words } from '../words.ts';
import { drawInPage } from './draftsman.ts';
import { draw } from './drawing.ts';
import { Markdown } from './markdown.tsx';

afterEach(cleanup);
beforeAll(() => drawInPage(draw));

// Grammars and KaTeX are loaded on the way, which takes its time on a busy machine.
const patient = { timeout: 30_000 };

const show = (text: string, isOpen = false) => render(<Markdown text={text} isOpen={isOpen} />).container;

describe('what it draws', { timeout: 60_000 }, () => {
  test('headings of one rank, lists, quotes, task boxes, tables with their alignment', () => {
    const page = show(longAnswer);
    expect(within(page).getByRole('heading', { name: 'What it solves' }).tagName).toBe('H3');
    expect(within(page).getByRole('heading', { name: 'The idea' }).tagName).toBe('H3');
    expect(page.querySelectorAll('ol > li')).toHaveLength(3);
    expect(page.querySelectorAll('blockquote')).toHaveLength(1);
    expect(within(page).getByRole('checkbox', { name: words.markdown.taskDone })).toHaveProperty('checked', true);
    expect(within(page).getByRole('checkbox', { name: words.markdown.taskOpen })).toHaveProperty('checked', false);
    const table = within(page).getByRole('table');
    expect(within(table).getAllByRole('row')).toHaveLength(3);
    expect(within(table).getByRole('columnheader', { name: 'Wasted memory' }).className).toBe('text-right');
    expect(table.parentElement?.tabIndex).toBe(0);
  });

  test('a row with too few cells is filled up, one with too many is cut', () => {
    const page = show('| a | b |\n|---|---|\n| 1 |\n| 1 | 2 | 3 |\n');
    for (const row of page.querySelectorAll('tr')) expect(row.children).toHaveLength(2);
  });

  test('a list is tight or loose as it was written', () => {
    expect(show('- a\n- b\n').querySelectorAll('p')).toHaveLength(0);
    expect(show('- a\n\n- b\n').querySelectorAll('p')).toHaveLength(2);
    expect(show('3. a\n4. b\n').querySelector('ol')?.getAttribute('start')).toBe('3');
  });

  test('references and notes are resolved at the end, wherever they are defined', async () => {
    const text = 'See [one] and a note[^n].\n\n[one]: https://example.com/one\n\n[^n]: The *note*.\n';
    const view = render(<Markdown text={text} isOpen />);
    view.rerender(<Markdown text={text} isOpen={false} />);
    expect((await screen.findByRole('link', { name: 'one' })).getAttribute('href')).toBe('https://example.com/one');
    expect(screen.getAllByLabelText(words.markdown.note(1))).toHaveLength(2);
    expect(screen.getByText('note').tagName).toBe('EM');
  });

  test('a line end in a cell is the one piece of HTML that does what it says', () => {
    const page = show('| a |\n|---|\n| x<br>y<b>z</b> |\n');
    expect(page.querySelectorAll('td br')).toHaveLength(1);
    expect(page.querySelector('td')?.textContent).toBe('xy<b>z</b>');
  });

  test('a very long answer is read piece by piece, and comes to be whole', async () => {
    const page = show(longAnswer.repeat(6));
    expect(page.querySelectorAll('table').length).toBeLessThan(6);
    await waitFor(() => expect(page.querySelectorAll('table').length).toBe(6), patient);
  });
});

describe('code', { timeout: 60_000 }, () => {
  test('has its language, its colours when its fence is closed, and a button that copies it', async () => {
    const user = userEvent.setup();
    const text = '```python\ndef f():\n    return 1\n';
    const view = render(<Markdown text={text} isOpen />);
    const figure = await screen.findByRole('figure', { name: words.markdown.codeIn('python') });
    expect(figure.querySelector('[class^=code-]')).toBeNull();
    view.rerender(<Markdown text={`${text}\`\`\`\n`} isOpen />);
    await waitFor(() => expect(figure.querySelector('.code-keyword')?.textContent).toBe('def'), patient);
    expect(figure.querySelector('pre')?.textContent.trimEnd()).toBe('def f():\n    return 1');
    await user.click(within(figure).getByRole('button', { name: words.markdown.copyCode }));
    expect(await navigator.clipboard.readText()).toBe('def f():\n    return 1');
  });

  test('in a language that nobody knows is plain', () => {
    const page = show('```no-such-language\n<b>&amp;</b>\n```\n');
    expect(page.querySelector('pre')?.textContent.trimEnd()).toBe('<b>&amp;</b>');
    expect(within(page).getByText('no-such-language')).toBeDefined();
  });
});

describe('formulas', { timeout: 60_000 }, () => {
  test('are drawn without style attributes in the text of the page', async () => {
    const page = show('It is $x^2$.\n\n$$\n\\frac{a}{b}\n$$\n');
    expect(page.querySelector('.formula-source')?.textContent).toBe('x^2');
    await waitFor(() => expect(page.querySelectorAll('.katex').length).toBe(2), patient);
    expect(page.querySelector('.formula-display .katex-display')).not.toBeNull();
    expect(page.querySelector('math')?.textContent).toContain('x^2');
  });

  test('that are none are shown as they were written', async () => {
    const page = show('Not $\\frac{a$ at all.\n');
    await act(async () => {});
    expect(page.textContent).toBe('Not \\frac{a at all.');
  });
});

describe('links', () => {
  test('lead out over https, and say where to when their text does not', () => {
    const page = show('[the paper](https://arxiv.org/abs/1) and https://example.com/a and [x](https://b.example/)');
    const link = screen.getByRole('link', { name: 'the paper' });
    expect([link.getAttribute('target'), link.getAttribute('rel')]).toEqual(['_blank', 'noopener noreferrer nofollow']);
    expect(page.textContent).toBe('the paper (arxiv.org) and https://example.com/a and x (b.example)');
  });

  test.each([
    [
      'a text that is another address',
      '[https://nvidia.com](https://evil.example/login)',
      'https://nvidia.com (evil.example/login)',
    ],
    ['a host before the host', '[docs](https://nvidia.com@evil.example/)', 'docs (nvidia.com@evil.example)'],
    ['letters that look alike', '[docs](https://nvіdia.com/)', 'docs (xn--nvdia-o2e.com)'],
    ['no https', '[docs](http://10.0.0.1:8000/docs)', 'docs (http://10.0.0.1:8000/docs)'],
  ])('%s', (_, text, shown) => expect(show(text).textContent).toBe(shown));

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'mailto:a@b.example',
    'nimdeck://x',
    '//x.example',
    '#/settings',
    '/rpc',
  ])('%s is no link', (address) => {
    expect(show(`[text](${address}) <${address}>`).querySelectorAll('a')).toHaveLength(0);
  });

  test('a picture is never loaded; its description leads to it', () => {
    const page = show('![a cat](https://example.com/cat.png) ![](https://example.com/pixel)');
    expect(page.querySelectorAll('img')).toHaveLength(0);
    expect(screen.getByRole('link', { name: words.markdown.image('a cat') })).toBeDefined();
    expect(screen.getByRole('link', { name: words.markdown.image('') })).toBeDefined();
  });
});

describe('while it is being written', { timeout: 60_000 }, () => {
  test('what was drawn stays the same element', async () => {
    const view = render(<Markdown text={'# A\n\nb\n\n| x |\n|---|\n| 1 |\n'} isOpen />);
    const held = [view.getByRole('heading'), view.getByText('b'), view.getByText('1')];
    view.rerender(<Markdown text={'# A\n\nb\n\n| x |\n|---|\n| 1 |\n| 2 |\n\nend'} isOpen />);
    view.rerender(<Markdown text={'# A\n\nb\n\n| x |\n|---|\n| 1 |\n| 2 |\n\nend'} isOpen={false} />);
    expect(await view.findByText('end')).toBeDefined();
    expect([view.getByRole('heading'), view.getByText('b'), view.getByText('1')]).toEqual(held);
    for (const element of held) expect(element.isConnected).toBe(true);
  });

  test('the first of it is drawn at once, the rest with turns of its own; closed blocks are not touched again', async () => {
    const text = Array.from({ length: 40 }, (_, index) => `Paragraph ${index} with *weight*.\n\n`).join('');
    const view = render(<Markdown text="Para" isOpen />);
    expect(view.getByText('Para')).toBeDefined();
    let shown = 400;
    view.rerender(<Markdown text={text.slice(0, shown)} isOpen />);
    expect(view.queryByText(/Paragraph 3/)).toBeNull();
    await view.findByText(/Paragraph 12/);
    const closed = [...view.container.querySelectorAll('.block-of-text')].slice(0, 11);
    const touched: MutationRecord[] = [];
    const observer = new MutationObserver((records) => touched.push(...records));
    for (const block of closed)
      observer.observe(block, { childList: true, subtree: true, characterData: true, attributes: true });
    while (shown < text.length) {
      shown = Math.min(shown + 300, text.length);
      const last = Math.floor(shown / (text.length / 40)) - 1;
      view.rerender(<Markdown text={text.slice(0, shown)} isOpen={shown < text.length} />);
      await view.findByText(new RegExp(`Paragraph ${last} `));
    }
    await view.findByText(/Paragraph 39/);
    for (const block of closed) expect(block.isConnected).toBe(true);
    expect([...touched, ...observer.takeRecords()]).toEqual([]);
  });

  test('colours of long code come a group of lines at a time', async () => {
    // More than a quick machine draws in one frame.
    const count = 1_000;
    const lines = Array.from({ length: count }, (_, index) => `value_${index} = "text"`).join('\n');
    const page = show(`\`\`\`python\n${lines}\n\`\`\`\n`);
    const coloured = () => page.querySelectorAll('.code-string').length;
    await waitFor(() => expect(coloured()).toBeGreaterThan(0), patient);
    expect(coloured()).toBeLessThan(count);
    await waitFor(() => expect(coloured()).toBe(count), patient);
    expect(page.querySelector('pre')?.textContent.trimEnd()).toBe(lines);
  });
});
