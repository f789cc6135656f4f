import { catalogImages } from '../practice/images.ts';
import { parseNgcChange } from './behaviour.ts';
import { practiceKeys } from './keys.ts';
import { startNgc } from './ngc.ts';
import { runStandIn } from './stand-in-program.ts';

await runStandIn('ngc', async () => {
  const ngc = await startNgc({ images: catalogImages() });
  return {
    announcement: { hosts: ngc.hosts, keys: practiceKeys },
    behaviour: ngc.behaviour,
    change(value) {
      const change = parseNgcChange(value);
      if (change !== null) ngc.provoke(change);
      return change !== null;
    },
    close: () => ngc.close(),
  };
});
