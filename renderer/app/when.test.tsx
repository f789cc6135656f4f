import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { ago } from '../testing/fake-data.ts';
import { renderPart } from '../testing/render-app.tsx';
import { words } from '../words.ts';
import { Elapsed, When } from './when.tsx';

test('what is dated later than now, since the clock was set back, is now and has lasted no time', () => {
  const later = ago(-3 * 3600);
  renderPart(
    <>
      <When at={later} />
      <Elapsed since={later} />
      <Elapsed since={later} isCoarse />
    </>,
  );
  const said = screen.getAllByTitle(words.time.absolute(new Date(later))).map(({ textContent }) => textContent);
  expect(said).toEqual([words.time.now, '0 s', words.time.lastingBriefly]);
});
