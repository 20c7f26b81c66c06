import type { Level } from "../../algorithms/signal.ts";
import type { CsvFormat } from "../config-export.ts";
import type { LocalClock } from "../local-clock.ts";
import type { ReportContext } from "../report/report-context.ts";
import type { ShiftRows } from "../shift-calculation.ts";
import type { ShiftResult } from "../shift-result.ts";

/** A shift with the rows behind it. Times count from 1970. */
export interface ShiftWithRows extends ShiftRows {
  readonly shift: ShiftResult;
}

/** Raw edges in columns; times count from `startWallUs`. */
export interface RawEdges {
  readonly startWallUs: number;
  /** Names of the channels that `channels` indexes. */
  readonly names: readonly string[];
  readonly timesUs: readonly number[];
  readonly channels: readonly number[];
  readonly levels: readonly Level[];
  /** Edges that the journal could not keep, right before these. */
  readonly dropped: number;
}

/** Everything that the files of a shift are made from. */
export interface ExportedShift extends ShiftWithRows {
  /** Name of the appliance: several may write to one folder. */
  readonly appliance: string;
  readonly area: string | null;
  readonly clock: LocalClock;
  readonly csv: CsvFormat;
  /** How often people have added something that counts in it; of two files of one shift that are final, the higher is newer. */
  readonly revision: number;
  /** Computed when it is asked for: the shifts before take the most time. */
  readonly context: () => Promise<ReportContext>;
  /** All shifts of the line on its local date that are over, itself included, in order. */
  readonly day: () => Promise<readonly ShiftWithRows[]>;
  /** Its raw edges, portion by portion, from some time before it to some time after. */
  readonly edges: () => AsyncIterable<RawEdges>;
}
