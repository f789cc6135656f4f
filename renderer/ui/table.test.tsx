import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render-app.tsx';
import { Table, type Column } from './table.tsx';

interface Row {
  name: string;
  size: number;
}

const columns: readonly Column<Row>[] = [
  { key: 'name', label: 'Name', cell: ({ name }) => name, isRowHeader: true, sortBy: ({ name }) => name },
  { key: 'size', label: 'Size', cell: ({ size }) => size, align: 'end', sortBy: ({ size }) => size },
];
const rows: readonly Row[] = [
  { name: 'b', size: 1 },
  { name: 'a', size: 2 },
];
const keyOf = ({ name }: Row) => name;
const shownNames = () => screen.getAllByRole('rowheader').map((cell) => cell.textContent);

test('sorts by its heads, says so, and turns round', async () => {
  const { user } = renderPart(<Table caption="Things" columns={columns} rows={rows} keyOf={keyOf} />);
  expect(shownNames()).toEqual(['b', 'a']);
  const head = screen.getByRole('columnheader', { name: 'Name' });
  expect(head.getAttribute('aria-sort')).toBeNull();
  await user.click(within(head).getByRole('button'));
  expect(shownNames()).toEqual(['a', 'b']);
  expect(head.getAttribute('aria-sort')).toBe('ascending');
  await user.click(within(head).getByRole('button'));
  expect(shownNames()).toEqual(['b', 'a']);
  expect(head.getAttribute('aria-sort')).toBe('descending');
});

test('rows that are still to come are busy, not empty', () => {
  renderPart(<Table caption="Things" columns={columns} rows={undefined} keyOf={keyOf} empty="Nothing here" />);
  expect(screen.getByRole('table').getAttribute('aria-busy')).toBe('true');
  expect(screen.queryByText('Nothing here')).toBeNull();
  expect(screen.getAllByRole('row').length).toBeGreaterThan(1);
});

test('no rows: what is said of it', () => {
  renderPart(<Table caption="Things" columns={columns} rows={[]} keyOf={keyOf} empty="Nothing here" />);
  expect(screen.getByText('Nothing here')).toBeDefined();
  expect(screen.getByRole('table').getAttribute('aria-busy')).toBe('false');
});
