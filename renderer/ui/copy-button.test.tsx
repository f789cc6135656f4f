import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { CopyButton } from './copy-button.tsx';

test('copies, and says so to those who do not see the icon', async () => {
  const { user } = renderPart(<CopyButton text={async () => 'made when asked for'} label="Copy it" />);
  await user.click(screen.getByRole('button', { name: 'Copy it' }));
  expect((await screen.findByRole('status')).textContent).toBe(words.common.copied);
  expect(await navigator.clipboard.readText()).toBe('made when asked for');
});

test('a browser that refuses is not taken for success', async () => {
  const { user } = renderPart(<CopyButton text={() => Promise.reject(new Error('no'))} label="Copy it" />);
  await user.click(screen.getByRole('button', { name: 'Copy it' }));
  expect((await screen.findByRole('status')).textContent).toBe(words.common.copyFailed);
});
