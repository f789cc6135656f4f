import { readFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { ground } from './window.ts';

vi.mock('electron', () => ({ BrowserWindow: null, nativeTheme: {}, screen: {} }));

/** https://www.w3.org/TR/css-color-4/#color-conversion-code, for colours that sRGB has. */
function toHex(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
  const parts = linear.map((value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055));
  return `#${parts
    .map((value) =>
      Math.round(255 * value)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

test('the ground of the window is that of the pages', () => {
  const tokens = readFileSync(new URL('../renderer/tokens.css', import.meta.url), 'utf8');
  const found = /--ground: light-dark\(oklch\(([^)]+)\), oklch\(([^)]+)\)\)/.exec(tokens);
  const hexOf = (color = '') => toHex(...(color.split(' ').map(Number) as [number, number, number]));
  expect({ light: hexOf(found?.[1]), dark: hexOf(found?.[2]) }).toEqual(ground);
});
