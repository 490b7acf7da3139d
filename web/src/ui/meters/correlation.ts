/** Correlation of two waves around zero, in [-1, 1]; null for silence. A channel that is silent alone correlates with nothing: 0. */
const SILENCE_POWER = 1e-12;

export function correlationOf(left: Float32Array, right: Float32Array): number | null {
  let ll = 0, rr = 0, lr = 0;
  for (let i = 0; i < left.length; i++) {
    const l = left[i] as number;
    const r = right[i] as number;
    ll += l * l;
    rr += r * r;
    lr += l * r;
  }
  if (Math.max(ll, rr) < SILENCE_POWER * left.length) return null;
  return ll === 0 || rr === 0 ? 0 : Math.min(1, Math.max(-1, lr / Math.sqrt(ll * rr)));
}
