import assert from "node:assert/strict";
import type { InputsProbe } from "../../../../drivers/gpio/probe.ts";
import type { Scene } from "../../scene.ts";
import { VIRT } from "../board.ts";
import { Contacts } from "../contacts.ts";
import { EmulatedMachine, type EmulatedStage } from "../emulated-machine.ts";
import { countsSeals, hasBinaries, probesWell, taskOf, watchesContacts } from "../opinion.ts";

const BINARIES = [/classic-level\/prebuilds\/linux-arm64\//, /koffi-linux-arm64\/linux_arm64\//];
const CBOR_BINARY = /cbor-extract-linux-arm64\/.*glibc/;

/** The appliance with its arm64 binaries on a kernel with a real chip of pins. */
export const virt: Scene<EmulatedStage> = {
  name: "virt",
  title: "arm64, pins of a PL061 through the kernel",
  limitSeconds: 600,
  async play(stage) {
    const program = new URL("../guest/virt.js", import.meta.url);
    const plan = { ...stage, board: VIRT, program, task: taskOf(VIRT), limitMs: this.limitSeconds * 1000 };
    return EmulatedMachine.play(plan, async (machine) => {
      const contacts = new Contacts(machine, VIRT.lines);
      await contacts.move("sealing", 1);
      await contacts.move("availability", 0);
      machine.tell("go");
      const { node, arch, binaries } = await machine.left<Binaries>("binaries");
      assert.equal(arch, "arm64");
      hasBinaries(binaries, [...BINARIES, CBOR_BINARY]);
      const refusal = await machine.left<string | null>("refusal");
      assert.match(refusal ?? "opened", /is not a Raspberry Pi 0 to 4/, "rpio where its pins would read 0 for ever");
      probesWell(await machine.left<InputsProbe>("probe"), "chardev", ["9030000.pl061"], contacts);
      const watched = await watchesContacts(machine, contacts, "chardev");
      const counted = await countsSeals(machine, contacts, stage, { driver: "chardev", binaries: BINARIES });
      return `Node.js ${node}, ${binaries.length} binaries from npm; ${watched}; ${counted}`;
    });
  },
};

interface Binaries {
  readonly node: string;
  readonly arch: string;
  readonly binaries: readonly string[];
}
