/** How far long work is. Grown by a transform, which lays nothing out, and without a transition, which would paint the page in every frame on the cores that the work needs. */
export function ProgressBar({ label, ratio }: { readonly label: string; readonly ratio: number }) {
  return (
    <div class="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(100 * ratio)}>
      <div style={{ transform: `scaleX(${ratio})` }} />
    </div>
  );
}
