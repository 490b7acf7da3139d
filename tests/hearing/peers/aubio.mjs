// aubio's command-line tools (GPL-3, run and never linked): node aubio.mjs LIST. Their own defaults; it knows no keys.
import { spawnSync } from 'node:child_process';
import { tellAll } from './wav.mjs';
import { readFileSync } from 'node:fs';

const numbers = (tool, path) => {
  const ran = spawnSync('aubio', [tool, '-i', path], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr || String(ran.error));
  return ran.stdout.split('\n').map(parseFloat).filter(Number.isFinite);
};
if (process.argv[2] === '--version') {
  const ran = spawnSync('aubio', ['--version'], { encoding: 'utf8' });
  if (ran.status !== 0) process.exit(1);
  console.log(ran.stdout.trim().split(/\s+/).pop());
  process.exit(0);
}
const paths = readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean);
let at = 0;
// The tools read the files themselves; the children's time is not told.
tellAll(process.argv[2], () => {
  const path = paths[at++];
  return { tempo_bpm: numbers('tempo', path)[0], beats_s: numbers('beat', path), onsets_s: numbers('onset', path) };
});
