import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root } from '../stages.ts';
import { createReport, type SoakOptions, type SoakReport } from './report.ts';

interface Look {
  theme: string;
  width: string;
}

const themes = ['light', 'dark', 'contrast', 'contrast-light', 'touch'];
const inWidth = (width: string): Look[] => themes.map((theme) => ({ theme, width }));
/** As many rounds as there are of these see all of it. */
export const allLooks = inWidth('1280');
export const allWidths = ['900', '200%', '1920', '3840'].flatMap(inWidth);

/** Every page in every state, a look a round: nothing for axe, the page's policy and the window's edge to say. */
export const soakLooks = (options: SoakOptions) => lookAt(allLooks, options);

/** The pages that a width can break, in all looks, a look and a width a round. */
export const soakWidths = (options: SoakOptions) => lookAt(allWidths, options);

async function lookAt(looks: readonly Look[], { rounds, seed }: SoakOptions): Promise<SoakReport> {
  const report = createReport();
  for (let round = 0; round < rounds; round += 1) {
    const look = looks[(seed + round) % looks.length];
    if (look === undefined) continue;
    const { theme, width } = look;
    const built = round === 0 ? [] : ['--built'];
    const child = spawn('node', ['scripts/screenshots.ts', '--theme', theme, '--width', width, ...built], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const said: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      // An hour is long to wait for what can be mended meanwhile.
      console.error(`${theme} ${width}: ${line}`);
    }
    const exitCode = await ended;
    report.count(`${theme} ${width}`);
    // Its last line is the sum; what is indented belongs to the line above.
    for (const line of said.slice(0, -1)) if (!line.startsWith(' ')) report.lose(round, line);
    if (exitCode !== 0 && said.length <= 1) report.lose(round, `${theme} ${width}: the look ended with ${exitCode}`);
  }
  return report;
}
