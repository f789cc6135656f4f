import { describe, expect, it } from 'vitest';
import { createQuit } from './quit.ts';

function setUp(lost: string | null) {
  const said: string[] = [];
  const state = { time: 0, quits: 0, lost };
  const press = createQuit({
    losses: () => state.lost,
    say: (text) => said.push(text),
    quit: () => (state.quits += 1),
    now: () => state.time,
  });
  const pressAt = (time: number) => {
    state.time = time;
    press();
    return [state.quits, said.length];
  };
  return { state, said, pressAt };
}

describe('createQuit', () => {
  it('quits at once when nothing would be lost, and once', () => {
    const { pressAt } = setUp(null);
    expect(pressAt(1)).toEqual([1, 0]);
    expect(pressAt(2)).toEqual([1, 0]);
  });

  it('says what would be lost and quits on the second press', () => {
    const { pressAt, said } = setUp('A pull runs.');
    expect(pressAt(0)).toEqual([0, 1]);
    expect(said[0]).toMatch(/A pull runs\.\nPress Ctrl-C again within 10 seconds/);
    expect(pressAt(3000)).toEqual([1, 1]);
  });

  it('counts two signals of one press as one', () => {
    const { pressAt } = setUp('A pull runs.');
    pressAt(0);
    expect(pressAt(30)).toEqual([0, 1]);
    expect(pressAt(1000)).toEqual([1, 1]);
  });

  it('asks again when the second press comes late', () => {
    const { pressAt } = setUp('A pull runs.');
    pressAt(0);
    expect(pressAt(11_000)).toEqual([0, 2]);
    expect(pressAt(12_000)).toEqual([1, 2]);
  });

  it('quits on the second press though the pull has ended meanwhile', () => {
    const { pressAt, state } = setUp('A pull runs.');
    pressAt(0);
    state.lost = null;
    expect(pressAt(5000)).toEqual([1, 1]);
  });
});
