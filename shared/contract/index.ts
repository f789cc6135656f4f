import type { ApiOf } from '../rpc/contract.ts';
import { app } from './app.ts';
import { catalog } from './catalog.ts';
import { chat } from './chat.ts';
import { compare } from './compare.ts';
import { disks } from './disks.ts';
import { doctor } from './doctor.ts';
import { engine } from './engine.ts';
import { footprint } from './footprint.ts';
import { fit } from './fit.ts';
import { gpu } from './gpu.ts';
import { images } from './images.ts';
import { jobs } from './jobs.ts';
import { logs } from './logs.ts';
import { metrics } from './metrics.ts';
import { nims } from './nims.ts';
import { ngc } from './ngc.ts';
import { practice } from './practice.ts';
import { settings } from './settings.ts';
import { support } from './support.ts';

export const contract = {
  app,
  engine,
  disks,
  doctor,
  gpu,
  fit,
  ngc,
  catalog,
  images,
  nims,
  jobs,
  logs,
  metrics,
  chat,
  compare,
  settings,
  practice,
  footprint,
  support,
};

export type Api = ApiOf<typeof contract>;
