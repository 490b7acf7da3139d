/** models/registry.json beside the page: fetched once, and refused when its models belong to another studio. */
import { readRegistry, type ModelRegistry } from "../../protocol/models";
import { PARAMS_SHA256 } from "../../protocol/params.gen";
import { StudioError } from "../engine";

const NAME = "models/registry.json";

export async function fetchRegistry(address: string): Promise<ModelRegistry> {
  const response = await fetch(address).catch(() => {
    throw new StudioError(`${NAME} could not be loaded: the server does not answer`);
  });
  if (response.status === 404) throw new StudioError(`This studio came without trained models (${NAME} is missing)`);
  if (!response.ok) throw new StudioError(`${NAME} could not be loaded: the server answered ${response.status}`);
  return checkedRegistry(await response.text());
}

export function checkedRegistry(json: string): ModelRegistry {
  let registry: ModelRegistry;
  try {
    registry = readRegistry(json);
  } catch (error) {
    throw new StudioError(`${NAME} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (registry.parametersSha256 !== PARAMS_SHA256)
    throw new StudioError(`${NAME}: its models were trained for another parameter table (${registry.parametersSha256.slice(0, 12)}…, this studio has ${PARAMS_SHA256.slice(0, 12)}…)`);
  return registry;
}
