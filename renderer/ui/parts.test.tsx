import { screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test } from 'vitest';
import { renderPart } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { Button } from './button.tsx';
import { Drawer } from './drawer.tsx';
import { Meter } from './meter.tsx';
import { Progress } from './progress.tsx';
import { Segmented } from './segmented.tsx';
import { Timeline } from './timeline.tsx';

test('a progress whose end is not known tells no number', () => {
  const { rerender } = renderPart(<Progress label="Pull" value={0.421} />);
  const bar = () => screen.getByRole('progressbar', { name: 'Pull' });
  expect(bar().getAttribute('aria-valuenow')).toBe('42.1');
  rerender(<Progress label="Pull" value={null} valueText="Size not known yet" />);
  expect(bar().getAttribute('aria-valuenow')).toBeNull();
  expect(bar().getAttribute('aria-valuetext')).toBe('Size not known yet');
});

test('a meter says how full in words, and does not run over', () => {
  renderPart(<Meter label="GPU memory" value={90} max={80} valueText="90 of 80 GiB" />);
  const meter = screen.getByRole('meter', { name: 'GPU memory' });
  expect(meter.getAttribute('aria-valuenow')).toBe('100');
  expect(meter.getAttribute('aria-valuetext')).toBe('90 of 80 GiB');
});

test('of a few choices one is always pressed', async () => {
  function Sample() {
    const [value, setValue] = useState<'a' | 'b'>('a');
    return (
      <Segmented
        label="Level"
        value={value}
        onChange={setValue}
        segments={[
          { value: 'a', label: 'All' },
          { value: 'b', label: 'Errors' },
        ]}
      />
    );
  }
  const { user } = renderPart(<Sample />);
  const pressed = () => screen.getAllByRole('button', { pressed: true }).map((button) => button.textContent);
  expect(pressed()).toEqual(['All']);
  await user.click(screen.getByRole('button', { name: 'Errors' }));
  expect(pressed()).toEqual(['Errors']);
  await user.click(screen.getByRole('button', { name: 'Errors' }));
  expect(pressed()).toEqual(['Errors']);
});

test('each step says its state, and which one is under way', () => {
  renderPart(
    <Timeline
      label="Start"
      steps={[
        { key: '1', label: 'Container made', state: 'done' },
        { key: '2', label: 'Loading weights', state: 'now' },
        { key: '3', label: 'Ready', state: 'todo' },
      ]}
    />,
  );
  const steps = screen.getAllByRole('listitem');
  expect(steps.map((step) => step.textContent)).toEqual([
    `Container made, ${words.ui.stepStates.done}`,
    `Loading weights, ${words.ui.stepStates.now}`,
    `Ready, ${words.ui.stepStates.todo}`,
  ]);
  expect(steps.map((step) => step.getAttribute('aria-current'))).toEqual([null, 'step', null]);
});

test('a drawer takes the focus, closes by Esc and gives it back', async () => {
  function Sample() {
    const [isOpen, setOpen] = useState(false);
    return (
      <>
        <Button onClick={() => setOpen(true)}>Show</Button>
        <Drawer isOpen={isOpen} onClose={() => setOpen(false)} title="Details">
          <Button>Inside</Button>
        </Drawer>
      </>
    );
  }
  const { user } = renderPart(<Sample />);
  await user.click(screen.getByRole('button', { name: 'Show' }));
  const drawer = await screen.findByRole('dialog', { name: 'Details' });
  await waitFor(() => expect(drawer.contains(document.activeElement)).toBe(true));
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Show' })));
});
