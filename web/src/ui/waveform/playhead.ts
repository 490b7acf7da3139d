/** Puts a playhead's element at its share of the width; out of view it is hidden. */
export function placeHead(head: HTMLDivElement | null, share: number): void {
  if (head === null) return;
  head.style.visibility = share >= 0 && share <= 1 ? "visible" : "hidden";
  head.style.left = `${share * 100}%`;
}
