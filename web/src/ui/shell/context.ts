/** Hands the state to the components. The ui knows state only through this. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Studio } from "../../state/studio";

export const StudioContext = createContext<Studio | null>(null);

export function useStudio(): Studio {
  const studio = useContext(StudioContext);
  if (studio === null) throw new Error("useStudio needs a StudioContext above it");
  return studio;
}
