/** Errors, which stay until dismissed, and the polite live region. */
import type { VNode } from "preact";
import { useStudio } from "./context";
import { Icon } from "./icons";

export function Messages(): VNode {
  const { notices } = useStudio();
  return (
    <>
      <div class="errors">
        {notices.errors.value.map((error) => (
          <div key={error.id} class="error" role="alert">
            <Icon name="warning" />
            <span>{error.text}</span>
            <button type="button" class="icon-button" aria-label={`Dismiss: ${error.text}`} onClick={() => notices.dismiss(error.id)}><Icon name="close" size={12} /></button>
          </div>
        ))}
      </div>
      <div class="visually-hidden" role="status" aria-live="polite">{notices.announcement.value}</div>
    </>
  );
}
