import type { Authored } from "../corrections.ts";
import { liveMoment } from "../live-moment.ts";
import { liveView } from "../report/live-view.ts";
import { shiftsHtml } from "../report/shift-html.ts";
import { shiftText } from "../report/shift-text.ts";
import type { Params } from "../socket/messages.ts";
import type { Appliance } from "./appliance.ts";
import { Edits } from "./edits.ts";
import { InterferenceWatch } from "./interference.ts";
import { CallParams } from "./params.ts";
import { productList } from "./product-list.ts";
import { exportedFile, shiftExport } from "./shift-export.ts";
import { recordingPage } from "./shift-recording.ts";
import { statusOf } from "./status.ts";
import { statusScreen } from "./status-screen.ts";
import type { Views } from "./views.ts";
import type { WatchedLine } from "./watched-line.ts";
import { whyOf } from "./why-call.ts";

/** A call of the socket: what it does, and whether it changes anything. */
export interface DaemonCall {
  readonly writes: boolean;
  readonly handler: (params: Params) => unknown;
}

const LISTED_SHIFTS = 30;
const LONGEST_NAME = 60;
const LONGEST_REASON = 200;

/** Everything that can be asked of the daemon, by name; results are JSON. */
export function daemonCalls(appliance: Appliance, views: Views, wallUs: () => number): Record<string, DaemonCall> {
  const edits = new Edits(appliance, views);
  const interference = new InterferenceWatch(appliance);
  const lineOf = (params: CallParams): WatchedLine => views.line(params.textOrNull("line"));
  const author = (params: CallParams): Authored => ({
    by: params.remark("by", LONGEST_NAME) || "unknown",
    atUs: wallUs(),
    why: params.remark("why", LONGEST_REASON),
  });
  const reads = (handler: (params: CallParams) => unknown): DaemonCall => ({
    writes: false,
    handler: (params) => handler(new CallParams(params)),
  });
  const writes = (handler: (params: CallParams) => Promise<unknown>): DaemonCall => ({
    writes: true,
    handler: (params) => handler(new CallParams(params)),
  });
  return {
    status: reads(() => statusOf(appliance, views)),
    "status-screen": reads(() => statusScreen(appliance, views)),
    shifts: reads(async (params) => {
      const shifts = await views.latest(lineOf(params), params.numberOrNull("count") ?? LISTED_SHIFTS);
      return shifts.map(({ id, state, start, end, seals, oee }) => ({
        id,
        state,
        start,
        end,
        seals,
        oee: oee?.oee ?? null,
      }));
    }),
    shift: reads((params) => views.shift(lineOf(params), params.textOrNull("shift"))),
    "report-text": reads(async (params) => {
      const line = lineOf(params);
      const shift = await views.shift(line, params.textOrNull("shift"));
      return shiftText(shift, await views.context(line, shift));
    }),
    "report-html": reads(async (params) => {
      const line = lineOf(params);
      const shift = await views.shift(line, params.textOrNull("shift"));
      return shiftsHtml([{ shift, context: await views.context(line, shift) }]);
    }),
    edges: reads(async (params) => {
      const line = lineOf(params);
      const input = await views.input(line, params.textOrNull("shift"));
      return recordingPage(appliance, line, input, views.result(line, input), params.numberOrNull("fromUs") ?? 0);
    }),
    export: reads(async (params) =>
      exportedFile(await shiftExport(appliance, views, lineOf(params), params.textOrNull("shift")), {
        number: params.numberOrNull("file") ?? 0,
        offset: params.numberOrNull("offset") ?? 0,
      }),
    ),
    why: reads((params) => whyOf(appliance, views, lineOf(params), params.textOrNull("shift"), params.text("about"))),
    view: reads(async (params) => {
      const line = lineOf(params);
      const shift = await views.current(line);
      const size = { columns: params.numberOrNull("columns") ?? 80, rows: params.numberOrNull("rows") ?? 24 };
      return shift === null
        ? []
        : liveView(shift, liveMoment(line.keeper.pipeline), await views.context(line, null), size);
    }),
    interference: reads(() => interference.look()),
    products: reads((params) => productList(appliance, lineOf(params))),
    "product-name": writes((params) =>
      edits.nameProduct(lineOf(params), params.text("product"), params.textOrNull("name"), author(params)),
    ),
    "product-merge": writes((params) =>
      edits.mergeProducts(lineOf(params), params.text("product"), params.text("into"), author(params)),
    ),
    "product-split": writes((params) =>
      edits.splitProduct(
        lineOf(params),
        params.text("product"),
        params.numberOrNull("sealingTimeSeconds"),
        author(params),
      ),
    ),
    "product-set": writes((params) => {
      const [cycle, units] = [params.setting("idealCycleSeconds"), params.setting("unitsPerSeal")];
      const given = {
        ...(cycle !== undefined && { idealCycleSeconds: cycle }),
        ...(units !== undefined && { unitsPerSeal: units }),
      };
      return edits.setProduct(lineOf(params), params.text("product"), given, author(params));
    }),
    scrap: writes((params) =>
      edits.scrap(
        lineOf(params),
        params.textOrNull("shift"),
        params.textOrNull("product"),
        params.number("units"),
        author(params),
      ),
    ),
    correct: writes((params) =>
      edits.correctUnits(
        lineOf(params),
        params.textOrNull("shift"),
        params.text("product"),
        params.number("units"),
        author(params),
      ),
    ),
    mark: writes((params) =>
      edits.mark(
        lineOf(params),
        params.textOrNull("shift"),
        params.textOrNull("time") ?? params.number("momentUs"),
        params.text("text"),
        author(params),
      ),
    ),
  };
}
