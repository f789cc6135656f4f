import { screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { SplitPane } from './split-pane.tsx';

function Sample() {
  const [size, setSize] = useState(20);
  return (
    <SplitPane label="List" size={size} onSize={setSize} min={12} max={30} start={<p>list</p>}>
      <p>detail</p>
    </SplitPane>
  );
}

test('the bar is moved by keys, says where it is, and stops at its ends', async () => {
  const { user } = renderPart(<Sample />);
  const bar = screen.getByRole('separator', { name: words.ui.splitter('List') });
  const now = () => bar.getAttribute('aria-valuenow');
  expect(now()).toBe('20');
  bar.focus();
  await user.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
  expect(now()).toBe('21');
  await user.keyboard('{End}{ArrowRight}');
  expect(now()).toBe('30');
  await user.keyboard('{Home}{PageDown}');
  expect(now()).toBe('12');
});
