import { expect, it } from "vitest";
import { refusal } from "./refusal";

it("says what to do when the browser gives no input", () => {
  expect(refusal(new DOMException("Permission denied", "NotAllowedError")).message).toMatch(/allow the microphone/);
  expect(refusal(new DOMException("", "NotFoundError")).message).toMatch(/connect one/);
  expect(refusal(new DOMException("", "NotReadableError")).message).toMatch(/another program/);
  expect(refusal(new TypeError("odd")).message).toBe("The audio input cannot be opened: odd");
});
