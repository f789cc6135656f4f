import { Page } from '../app/page.tsx';
import { Choices, Controls, Overlays } from './controls.tsx';
import { Charts, Panes, Rows, Tables } from './data.tsx';
import { Section } from './section.tsx';
import { Notes, Progressing, Statuses } from './states.tsx';
import { samples } from './words.ts';

const sizes = [
  'text-2xs',
  'text-xs',
  'text-code',
  'text-sm',
  'text-base',
  'text-md',
  'text-lg',
  'text-xl',
  'text-2xl',
  'text-3xl',
];

const grounds = ['bg-ground', 'bg-chrome', 'bg-surface', 'bg-raised', 'bg-sunken', 'bg-hover', 'bg-accent-soft'];

/** `#/ui`: every part of `renderer/ui` in every state. */
export function GalleryPage() {
  return (
    <Page title={samples.title} description={samples.description} width="wide">
      <Statuses />
      <Controls />
      <Choices />
      <Overlays />
      <Progressing />
      <Rows />
      <Tables />
      <Charts />
      <Notes />
      <Panes />
      <Section title={samples.type}>
        {sizes.map((size) => (
          <p key={size} className={size}>
            {samples.sentence} <span className="font-mono text-xs text-ink-soft">{size}</span>
          </p>
        ))}
      </Section>
      <Section title={samples.colours}>
        <ul className="grid gap-2 @2xl:grid-cols-4">
          {grounds.map((ground) => (
            <li key={ground} className={`rounded-md border border-line p-3 font-mono text-xs ${ground}`}>
              {ground}
            </li>
          ))}
        </ul>
      </Section>
    </Page>
  );
}
