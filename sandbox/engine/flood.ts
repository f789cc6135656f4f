import type { Container } from './container.ts';

const tickMs = 50;
const linesPerTick = 500;

/** Ten thousand lines a second into a container's log, until it is stopped or the container ends. */
export function startFlood(container: Container, onEnd: () => void): { stop(): void } {
  let count = 0;
  const timer = setInterval(() => {
    if (!container.isRunning) {
      stop();
      return;
    }
    let text = '';
    for (let line = 0; line < linesPerTick; line += 1) {
      count += 1;
      text += `(APIServer pid=35) INFO:     Avg prompt throughput: ${(count % 997) / 10} tokens/s, line ${count} of a flood on request\n`;
    }
    container.log.write('stdout', text);
  }, tickMs);
  function stop() {
    clearInterval(timer);
    onEnd();
  }
  return { stop };
}
