import { render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { words } from '../words.ts';
import { Boundary } from './boundary.tsx';

function Broken(): never {
  throw new TypeError('a part is missing');
}

test('what cannot be drawn is said in its place, with the reason, and what stands around it stays', () => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  const { rerender } = render(
    <>
      <p>The frame</p>
      <Boundary key="one">
        <Broken />
      </Boundary>
    </>,
  );
  expect(screen.getByText('The frame')).toBeDefined();
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(words.common.brokenPage);
  expect(screen.getByRole('alert').textContent).toContain('TypeError: a part is missing');
  expect(screen.getByRole('button', { name: words.common.loadAgain })).toBeDefined();
  rerender(
    <Boundary key="two">
      <p>Another page</p>
    </Boundary>,
  );
  expect(screen.getByText('Another page')).toBeDefined();
  expect(screen.queryByRole('alert')).toBeNull();
  log.mockRestore();
});
