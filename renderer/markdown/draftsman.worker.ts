// Colours of code and formulas are worked out beside the page, so that no frame waits for them.
import { draw, type Ask, type Reply } from './drawing.ts';

addEventListener('message', ({ data }: MessageEvent<Ask>) => {
  void draw(data).then((result) => postMessage(result satisfies Reply));
});
