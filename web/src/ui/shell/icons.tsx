/** Icons as inline SVG, drawn on a 16 px grid, coloured by the text around them. Decorative: the control carries the name. */
import type { VNode } from "preact";

const PATHS = {
  play: "M4.5 2.6v10.8L13.5 8z",
  pause: "M4 2.5h3v11H4zM9 2.5h3v11H9z",
  stop: "M3.5 3.5h9v9h-9z",
  loop: "M11.5 1.8 14 4.2l-2.5 2.4V5H5a2.5 2.5 0 0 0-2.5 2.5V8H1v-.5a4 4 0 0 1 4-4h6.5zM4.500 14.200 2 11.800l2.500-2.400V11H11a2.500 2.500 0 0 0 2.500-2.500V8H15v.5a4 4 0 0 1-4 4H4.500z",
  undo: "M6.300 2.200 2.200 6l4.100 3.800V7.200h3.200a2.600 2.600 0 0 1 0 5.200H5.500V14h4a4.200 4.200 0 0 0 0-8.400H6.300z",
  redo: "M9.700 2.200 13.800 6 9.700 9.800V7.200H6.500a2.600 2.600 0 0 0 0 5.200h4V14h-4a4.200 4.200 0 0 1 0-8.400h3.200z",
  analyse: "M1.500 9h1.800v4.500H1.500zM4.700 6h1.800v7.500H4.700zM7.900 2.500h1.800v11H7.900zM11.100 7.500h1.800v6h-1.800zM14 4.500h1.500v9H14z",
  add: "M7.200 2.500h1.600v4.700h4.700v1.600H8.800v4.700H7.200V8.800H2.500V7.200h4.700z",
  minus: "M2.500 7.200h11v1.600h-11z",
  close: "M3.700 2.600 8 6.900l4.300-4.300 1.100 1.100L9.100 8l4.300 4.300-1.100 1.100L8 9.100l-4.300 4.300-1.100-1.100L6.900 8 2.600 3.700z",
  down: "M7.200 2h1.600v6.400l2.300-2.300 1.100 1.100L8 11.400 3.800 7.200l1.100-1.100 2.300 2.300zM2.500 12.500h11V14h-11z",
  power: "M7.200 1.500h1.600v6.300H7.200zM4.600 3.300l1 1.300a4.200 4.200 0 1 0 4.800 0l1-1.300a5.800 5.800 0 1 1-6.800 0z",
  warning: "M8 1.500 15 14H1zM7.300 6v4h1.400V6zm0 5v1.500h1.400V11z",
  check: "M6.300 12.600 2 8.300l1.200-1.200 3.100 3.100 6.500-6.500L14 4.900z",
  record: "M8 2.500a5.500 5.500 0 1 1 0 11a5.500 5.500 0 1 1 0-11z",
  info: "M8 1.500a6.500 6.500 0 1 1 0 13a6.500 6.500 0 1 1 0-13zM7.200 7h1.600v4.500H7.200zM7.200 4.300h1.600v1.600H7.200z",
  reset: "M8 3a5 5 0 1 1-4.800 3.600l1.500.4A3.500 3.500 0 1 0 8 4.500V7L4.200 3.800 8 .6z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): VNode {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="currentColor" fill-rule="evenodd" />
    </svg>
  );
}
