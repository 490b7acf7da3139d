// aubio's command-line tools (GPL-3, run and never linked): node aubio.mjs TOPIC LIST. Their own defaults; it knows no keys.
// Its "tempo" averages over its tracker's first guesses: the median interval of its beats does it more justice.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

// The shell's "times" tells what its children took: minutes and seconds of user and system time.
function run(tool, path) {
  const ran = spawnSync('sh', ['-c', 'aubio "$1" -i "$2" && times >&2', 'sh', tool, path], { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr || String(ran.error));
  const spent = [...ran.stderr.matchAll(/(\d+)m([\d.]+)s/g)].slice(-2).map((match) => 60 * Number(match[1]) + Number(match[2]));
  return { numbers: ran.stdout.split('\n').map(parseFloat).filter(Number.isFinite), processor_s: spent[0] + spent[1] };
}

if (process.argv[2] === '--version') {
  const ran = spawnSync('aubio', ['--version'], { encoding: 'utf8' });
  if (ran.status !== 0) process.exit(1);
  console.log(ran.stdout.trim().split(/\s+/).pop());
  process.exit(0);
}
for (const path of readFileSync(process.argv[3], 'utf8').split('\n').filter(Boolean)) {
  let heard = {};
  try {
    const [beat, onset] = ['beat', 'onset'].map((tool) => run(tool, path));
    const intervals = beat.numbers.slice(1).map((time, i) => time - beat.numbers[i]).sort((a, b) => a - b);
    heard = { beats_s: beat.numbers, onsets_s: onset.numbers, processor_s: beat.processor_s + onset.processor_s };
    if (intervals.length > 1) heard.tempo_bpm = 60 / intervals[Math.floor(intervals.length / 2)];
  } catch (error) {
    process.stderr.write(`${path}: ${error}\n`);
  }
  process.stdout.write(JSON.stringify(heard) + '\n');
}
