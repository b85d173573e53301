/** Reports as pages: loaded only where `--html` asks for one. */
export { callerPage } from './caller-page.ts';
export {
  checkPage,
  conformPage,
  explorePage,
  ledgerPage,
  mutantsPage,
  replayPage,
} from './report-pages.ts';
export { reportFile, writeReport } from './write-report.ts';
