/** How far long work is. Grown by a transform, so that what moves is composited and the page around it is not painted again at every step. */
export function ProgressBar({ label, ratio }: { readonly label: string; readonly ratio: number }) {
  return (
    <div class="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(100 * ratio)}>
      <div style={{ transform: `scaleX(${ratio})` }} />
    </div>
  );
}
