import { common, pages, shell, time, connection } from './words/frame.ts';
import { fit } from './words/fit.ts';
import { hardware } from './words/hardware.ts';
import { doctor } from './words/doctor.ts';
import { home } from './words/home.ts';
import { jobs } from './words/jobs.ts';
import { keyboard } from './words/keyboard.ts';
import { engine, gpu } from './words/machine.ts';
import { gpuProof } from './words/gpu-proof.ts';
import { mig } from './words/mig.ts';
import { models, deploy, signIn } from './words/models.ts';
import { configuration } from './words/configuration.ts';
import { events } from './words/events.ts';
import { metrics } from './words/metrics.ts';
import { running, log } from './words/running.ts';
import { chat } from './words/chat.ts';
import { asking } from './words/asking.ts';
import { compare } from './words/compare.ts';
import { markdown } from './words/markdown.ts';
import { ui } from './words/ui.ts';
import { palette } from './words/palette.ts';
import { language, type Language } from './words/language.ts';
import { present } from './words/present.ts';
import { vectors } from './words/vectors.ts';
import { practice } from './words/practice.ts';
import { settings } from './words/settings.ts';
import { footprint, support } from './words/support.ts';

/** Every visible text. Plain, exact, no blame. */
const english = {
  common,
  pages,
  shell,
  time,
  connection,
  engine,
  gpu,
  gpuProof,
  jobs,
  fit,
  hardware,
  mig,
  doctor,
  home,
  keyboard,
  palette,
  models,
  deploy,
  signIn,
  running,
  log,
  metrics,
  configuration,
  events,
  chat,
  asking,
  compare,
  markdown,
  practice,
  present,
  vectors,
  settings,
  support,
  footprint,
  ui,
};

/** What another language must say, and with which values. */
export type Words = typeof english;

const catalogues: Record<Language, Words> = { en: english };

/** In the language of the page: known before anything is drawn, and the same until it is loaded anew. */
export const words: Words = catalogues[language];
