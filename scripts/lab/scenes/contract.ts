import assert from "node:assert/strict";
import { Machine } from "../machine.ts";
import { left, type Scene } from "../scene.ts";
import { SHIFT_START_US } from "../shift.ts";

const SUITE = "character device on real wires";

/** The driver of the character device passes the contract of all drivers on a real kernel. */
export const contract: Scene = {
  name: "contract",
  title: "the driver contract on the kernel's own interface",
  limitSeconds: 300,
  async play(stage) {
    await Machine.run({
      ...stage,
      program: new URL("../guest/contract.js", import.meta.url),
      limitMs: this.limitSeconds * 1000,
      timeTravelFromUs: SHIFT_START_US,
    });
    const { status, stdout } = await left<{ status: number; stdout: string }>(stage, "contract.json");
    const failed = stdout.split("\n").filter((line) => /^\s*not ok /.test(line));
    assert.deepEqual(failed, [], "the tests of the driver");
    assert.equal(status, 0, stdout.slice(-2000));
    const points = stdout.split("\n").filter((line) => /^\s*(not )?ok \d+ - /.test(line) && line.includes(SUITE));
    const passed = points.filter((line) => /^\s*ok /.test(line) && !line.includes("# SKIP"));
    // the ring's capacity can change something: these edges are never the same
    assert.equal(passed.length, 4, points.join("\n"));
    return `${passed.length} of ${points.length} parts of the suite, 1 does not fit pins`;
  },
};
