import { describe, expect, it } from "vitest";
import { parameter } from "../../state/document";
import { clock, decimal, fileSize, parameterReadout, parameterText, parseTyped, sampleRate, signed, typeset } from "./format";

describe("formatters", () => {
  it("write a parameter with the table's decimals and unit", () => {
    expect(parameterText(parameter("comp.threshold_dbfs"), -18)).toBe("-18.0 dBFS");
    expect(parameterText(parameter("comp.ratio"), 2)).toBe("2.00:1");
    expect(parameterText(parameter("eq.1.q"), 0.707)).toBe("0.71");
    expect(parameterText(parameter("eq.1.type"), 3)).toBe("High-pass");
    expect(parameterText(parameter("gate.enabled"), 1)).toBe("On");
    expect(parameterText(parameter("input.gain_db"), -0.04)).toBe("0.0 dB");
  });

  it("shorten readouts to kilohertz and seconds, with a true minus", () => {
    expect(parameterReadout(parameter("eq.1.freq_hz"), 1200)).toBe("1.2 kHz");
    expect(parameterReadout(parameter("eq.1.freq_hz"), 20000)).toBe("20 kHz");
    expect(parameterReadout(parameter("gate.release_ms"), 2000)).toBe("2 s");
    expect(parameterReadout(parameter("input.gain_db"), -3)).toBe("\u22123.0 dB");
    expect(typeset("from -3 to -4.5 dB, low-mids")).toBe("from \u22123 to \u22124.5 dB, low-mids");
  });

  it("write times without rounding up into the next second", () => {
    expect(clock(0)).toBe("0:00.0");
    expect(clock(59.99)).toBe("0:59.9");
    expect(clock(61.25)).toBe("1:01.2");
    expect(clock(3725, 0)).toBe("1:02:05");
    expect(clock(0.3)).toBe("0:00.3");
  });

  it("say so where nothing can be measured", () => {
    expect(decimal(null)).toBe("–");
    expect(decimal(Number.NaN)).toBe("–");
    expect(signed(0.04)).toBe("0.0");
    expect(signed(1.26)).toBe("+1.3");
  });

  it("read what people type", () => {
    expect(parseTyped("-3,5 dB")).toBe(-3.5);
    expect(parseTyped("1.2k")).toBe(1200);
    expect(parseTyped("2 kHz")).toBe(2000);
    expect(parseTyped("\u22126")).toBe(-6);
    expect(parseTyped("loud")).toBeNull();
    expect(parseTyped("")).toBeNull();
  });

  it("write sizes and rates", () => {
    expect(fileSize(54_566_390)).toBe("54.6 MB");
    expect(sampleRate(44100)).toBe("44.1 kHz");
    expect(sampleRate(48000)).toBe("48 kHz");
  });
});
