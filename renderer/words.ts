import { common, pages, shell, time, connection, engine, gpu, jobs } from './words/frame.ts';
import { models, deploy, signIn } from './words/models.ts';
import { running, log } from './words/running.ts';
import { chat } from './words/chat.ts';
import { settings } from './words/settings.ts';

/** Every visible text. Plain, exact, no blame; whoever translates replaces this one object. */
export const words = {
  common,
  pages,
  shell,
  time,
  connection,
  engine,
  gpu,
  jobs,
  models,
  deploy,
  signIn,
  running,
  log,
  chat,
  settings,
};
