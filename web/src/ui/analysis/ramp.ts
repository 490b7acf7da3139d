/** Colours for levels: dark violet over red to light yellow, with even steps of perceived lightness. */
// Source: B. Ottosson, "A perceptual color space for image processing", 2020 (OKLab to linear sRGB); sRGB transfer curve: IEC 61966-2-1.
const STEPS = 256;

/** RGB triples, 0..255. */
export function levelRamp(): Uint8ClampedArray {
  const out = new Uint8ClampedArray(STEPS * 3);
  for (let i = 0; i < STEPS; ++i) {
    const t = i / (STEPS - 1);
    // Chosen by us: starts at the ground colour of the studio's wells; chroma stays inside sRGB all the way.
    const lightness = 0.155 + 0.8 * t;
    const chroma = 0.005 + 0.62 * t * (1 - t) ** 1.05;
    const hue = ((288 + 172 * t ** 0.9) * Math.PI) / 180;
    out.set(rgbOfOklab(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)), 3 * i);
  }
  return out;
}

function rgbOfOklab(lightness: number, a: number, b: number): [number, number, number] {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return linear.map((x) => 255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055)) as [number, number, number];
}

/** An even-lightness hue for each pitch class; neighbours on the circle of fifths look alike. */
export function pitchColour(pitchClass: number, minor: boolean): string {
  const fifth = (pitchClass * 7) % 12;
  return `oklch(${minor ? 0.63 : 0.78} 0.1 ${(20 + fifth * 30) % 360})`;
}
