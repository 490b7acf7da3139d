/** The mixing profiles a person can choose: those that come with the studio, and their own. */
import { computed, signal } from "@preact/signals";
import { asFields, list, openDocument, text } from "../protocol/checked";
import { asProfileValues, readProfile, type MixProfile } from "../protocol/profile";
import { BUILT_IN_PROFILES, PROFILE_FIELDS } from "../protocol/profiles.gen";
import { DEFAULT_PROFILE } from "./document";
import type { Notices } from "./notices";

const FORMAT = "ag06-profiles";
const VERSION = 1;
const LARGEST_BYTES = 1 << 20;

export class Profiles {
  readonly own = signal<readonly MixProfile[]>([]);
  readonly all = computed<readonly MixProfile[]>(() => [...BUILT_IN_PROFILES, ...this.own.value]);

  constructor(private readonly notices: Notices) {}

  /** A profile of the same id is replaced; one that comes with the studio cannot be. */
  async add(file: File): Promise<void> {
    try {
      if (file.size > LARGEST_BYTES) throw new Error("it is larger than any profile");
      const profile = readProfile(await file.text(), PROFILE_FIELDS, DEFAULT_PROFILE);
      if (BUILT_IN_PROFILES.some(({ id }) => id === profile.id)) throw new Error(`the id ${profile.id} belongs to a profile of the studio; choose another`);
      this.own.value = [...this.own.value.filter(({ id }) => id !== profile.id), profile];
      this.notices.announce(`Profile ${profile.label} added`);
    } catch (reason) {
      this.notices.fail(file.name, reason);
    }
  }
}

export function profilesText(own: readonly MixProfile[]): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, profiles: own });
}

export function readProfiles(json: string): readonly MixProfile[] {
  return list(openDocument(json, FORMAT, VERSION), "profiles", asProfile);
}

/** A profile of the studio is itself again, so that it compares equal; as it is now, should it have changed. */
export function asProfile(value: unknown, what: string): MixProfile {
  const from = asFields(value, what);
  const id = text(from, "id");
  const builtIn = BUILT_IN_PROFILES.find((profile) => profile.id === id);
  return builtIn ?? { id, label: text(from, "label"), description: text(from, "description"), values: asProfileValues(from["values"], PROFILE_FIELDS) };
}
