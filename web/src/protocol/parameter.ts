/** One row of the parameter table: metadata only, no values. Rows are generated from core/params/params.json. */
export type Curve = "linear" | "log" | "db" | "choice" | "toggle";

export interface Parameter {
  readonly key: string;
  readonly id: number;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly defaultValue: number;
  readonly curve: Curve;
  readonly step: number;
  readonly decimals: number;
  readonly smoothingMs: number;
  readonly group: string;
  readonly label: string;
  readonly help: string;
  readonly modelTarget: boolean;
  /** One name per value from min to max; empty for continuous parameters. */
  readonly choices: readonly string[];
}
