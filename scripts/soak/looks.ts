import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root } from '../stages.ts';
import { createReport, type SoakOptions, type SoakReport } from './report.ts';

const themes = ['light', 'dark', 'contrast', 'contrast-light', 'touch'];
const widths = ['1280', '900', '200%', '1920', '3840'];
/** Every look in every width: as many rounds as there are of these see all of it. */
export const allLooks = widths.flatMap((width) => themes.map((theme) => ({ theme, width })));

/** Every page in every state, a look and a width a round: nothing for axe, the page's policy and the window's edge to say. */
export async function soakLooks({ rounds, seed }: SoakOptions): Promise<SoakReport> {
  const report = createReport();
  for (let round = 0; round < rounds; round += 1) {
    const look = allLooks[(seed + round) % allLooks.length];
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
