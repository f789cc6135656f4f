import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { Chart } from './chart.tsx';

const rate = (value: number) => `${value} tokens/s`;
const times = [Date.UTC(2026, 2, 6, 12, 0, 0), Date.UTC(2026, 2, 6, 12, 0, 1), Date.UTC(2026, 2, 6, 12, 0, 2)];

test('the current values stand in the head, a value that is not known as a dash', async () => {
  renderPart(
    <Chart
      title="Throughput"
      times={times}
      series={[
        { label: 'Prompt', values: [1, 2, 3] },
        { label: 'Generation', values: [7, 8, null] },
      ]}
      format={rate}
    />,
  );
  const entries = screen.getAllByRole('listitem').map((item) => item.textContent);
  expect(entries).toEqual(['Prompt3 tokens/s', 'Generation–']);
});

test('arrow keys go through the values and have them read out', async () => {
  const { user } = renderPart(
    <Chart title="Throughput" times={times} series={[{ label: 'Prompt', values: [1, null, 3] }]} format={rate} />,
  );
  const plot = await screen.findByRole('application', { name: 'Throughput' });
  plot.focus();
  await user.keyboard('{ArrowLeft}');
  expect(screen.getByRole('status').textContent).toContain('Prompt: 3 tokens/s');
  await user.keyboard('{ArrowLeft}');
  expect(screen.getByRole('status').textContent).toContain(`Prompt: ${words.ui.noValue}`);
  await user.keyboard('{Home}');
  expect(screen.getByRole('status').textContent).toContain('Prompt: 1 tokens/s');
});

test('the same values are there as a table, newest first', async () => {
  const { user } = renderPart(
    <Chart title="Throughput" times={times} series={[{ label: 'Prompt', values: [1, 2, 3] }]} format={rate} />,
  );
  expect(screen.queryByRole('table')).toBeNull();
  await user.click(screen.getByRole('button', { name: words.ui.showValues }));
  const cells = screen.getAllByRole('cell').map((cell) => cell.textContent);
  expect(cells).toEqual(['3 tokens/s', '2 tokens/s', '1 tokens/s']);
});

test('nothing known yet, nothing reported and no longer up to date are three things', () => {
  const { rerender } = renderPart(<Chart title="T" times={[]} series={[]} format={rate} state="loading" />);
  expect(screen.queryByText(words.ui.noValues)).toBeNull();
  rerender(<Chart title="T" times={[]} series={[]} format={rate} empty="This one does not report it." />);
  expect(screen.getByText('This one does not report it.')).toBeDefined();
  rerender(<Chart title="T" times={times} series={[{ label: 'a', values: [1, 2, 3] }]} format={rate} state="old" />);
  expect(screen.getByText(words.ui.old)).toBeDefined();
});
