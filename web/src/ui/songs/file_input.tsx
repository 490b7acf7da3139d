/** The one file input of the page and the drop target that covers it. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import { useStudio } from "../shell/context";

const INPUT_ID = "add-audio-files";
const ACCEPT = "audio/*,.wav,.flac,.mp3,.ogg,.oga,.opus,.m4a,.aac,.json";

export function openPicker(): void {
  document.getElementById(INPUT_ID)?.click();
}

export function FileInput(): VNode {
  const studio = useStudio();
  const over = useSignal(false);
  const depth = useRef(0);
  useEffect(() => {
    const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      depth.current++;
      over.value = true;
    };
    const leave = (event: DragEvent): void => {
      if (carriesFiles(event) && --depth.current <= 0) over.value = false;
    };
    const hover = (event: DragEvent): void => {
      if (carriesFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      depth.current = 0;
      over.value = false;
      void studio.addFiles(event.dataTransfer?.files ?? []);
    };
    const handlers = { dragenter: enter, dragleave: leave, dragover: hover, drop };
    for (const [name, handler] of Object.entries(handlers)) document.addEventListener(name, handler as EventListener);
    return () => {
      for (const [name, handler] of Object.entries(handlers)) document.removeEventListener(name, handler as EventListener);
    };
  }, []);
  return (
    <>
      <input id={INPUT_ID} class="visually-hidden" type="file" multiple accept={ACCEPT} aria-label="Add audio files" tabIndex={-1}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = "";
          void studio.addFiles(files);
        }} />
      {over.value && <div class="drop-veil" aria-hidden="true"><div>Drop to add</div></div>}
    </>
  );
}
