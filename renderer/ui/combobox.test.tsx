import { screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { Combobox } from './combobox.tsx';

const options = [
  { value: 'one', label: 'Llama 3.1 8B', hint: 'meta' },
  { value: 'two', label: 'Mixtral', hint: 'mistralai' },
  { value: 'three', label: 'Llama 3.3 70B', hint: 'meta' },
];

function Sample() {
  const [value, setValue] = useState<string | null>(null);
  return (
    <>
      <Combobox label="Model" value={value} onChange={setValue} options={options} canClear />
      <output>{value ?? 'none'}</output>
    </>
  );
}

const shown = () => screen.queryAllByRole('option').map((option) => option.textContent);

test('typing finds by every word, in label and hint; Enter takes what is highlighted', async () => {
  const { user } = renderPart(<Sample />);
  const input = screen.getByRole('combobox', { name: 'Model' });
  await user.type(input, 'meta 70');
  expect(shown()).toEqual(['Llama 3.3 70Bmeta']);
  await user.keyboard('{Enter}');
  expect(screen.getByRole('status').textContent).toBe('three');
  expect(input).toHaveProperty('value', 'Llama 3.3 70B');
});

test('what matches nothing is said, and changes nothing', async () => {
  const { user } = renderPart(<Sample />);
  await user.type(screen.getByRole('combobox', { name: 'Model' }), 'zzz');
  expect(shown()).toEqual([]);
  expect(screen.getByText(words.ui.noMatch)).toBeDefined();
  await user.keyboard('{Enter}');
  expect(document.querySelector('output')?.textContent).toBe('none');
});

test('the choice can be taken back where that is allowed', async () => {
  const { user } = renderPart(<Sample />);
  const input = screen.getByRole('combobox', { name: 'Model' });
  await user.type(input, 'mix{Enter}');
  expect(document.querySelector('output')?.textContent).toBe('two');
  await user.click(screen.getByRole('button', { name: words.ui.clear }));
  expect(document.querySelector('output')?.textContent).toBe('none');
});
