import { isGoodFor, practiceKeys } from '../ngc/keys.ts';
import { runStandIn } from '../ngc/stand-in-program.ts';
import { parseHostedChange } from './behaviour.ts';
import { startHosted } from './hosted.ts';

await runStandIn('hosted', async () => {
  const hosted = await startHosted({ isRightKey: isGoodFor });
  return {
    announcement: { hosts: hosted.hosts, keys: practiceKeys },
    behaviour: hosted.behaviour,
    change(value) {
      const change = parseHostedChange(value);
      if (change !== null) hosted.provoke(change);
      return change !== null;
    },
    close: () => hosted.close(),
  };
});
