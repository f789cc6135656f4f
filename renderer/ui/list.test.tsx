import { screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render-app.tsx';
import { List } from './list.tsx';

/** Rows that change places, and whose button changes with what it did. */
function Rows() {
  const [isUp, setUp] = useState(true);
  const rows = [
    <li key="model">
      {isUp && <a href="#/try">Try it</a>}
      {isUp ? (
        <button key="stop" type="button" onClick={() => setUp(false)}>
          Stop
        </button>
      ) : (
        <button key="start" type="button">
          Start
        </button>
      )}
      <button type="button">More</button>
    </li>,
    <li key="other">
      <button type="button">Other</button>
    </li>,
  ];
  return <List label="rows">{isUp ? rows : rows.toReversed()}</List>;
}

test('who stops something by keyboard is still in its row when its button and its place have changed', async () => {
  const { user } = renderPart(<Rows />);
  await user.tab();
  await user.tab();
  expect(document.activeElement?.textContent).toBe('Stop');
  await user.keyboard('{Enter}');
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Start' }));
});

test('who clicks beside a row has left it', async () => {
  const { user } = renderPart(
    <>
      <p>beside</p>
      <Rows />
    </>,
  );
  await user.tab();
  await user.tab();
  await user.click(screen.getByText('beside'));
  screen.getByRole('button', { name: 'Stop' }).click();
  await screen.findByRole('button', { name: 'Start' });
  expect(document.activeElement).toBe(document.body);
});
