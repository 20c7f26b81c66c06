import assert from "node:assert/strict";
import type { InputsProbe } from "../../../../drivers/gpio/probe.ts";
import type { Scene } from "../../scene.ts";
import { RASPI3B, readRegister, writeRegister } from "../board.ts";
import { Contacts } from "../contacts.ts";
import { EmulatedMachine, type EmulatedStage } from "../emulated-machine.ts";
import { countsSeals, probesWell, taskOf, watchesContacts } from "../opinion.ts";

const BINARIES = [/rpio\/build\/Release\/rpio\.node/, /classic-level\/prebuilds\/linux-arm64\//];
const CHIPS = ["pinctrl-bcm2835", "raspberrypi-exp-gpio"];
/** Registers that say what pins 10 to 19 and 20 to 29 are, in three bits each; for 17 and 27 they begin here. */
const FUNCTIONS = [0x04, 0x08];
const SHIFT = 21;
const OUTPUT = 1;

/** The appliance with rpio on the registers of a Raspberry Pi. */
export const raspi3b: Scene<EmulatedStage> = {
  name: "raspi3b",
  title: "Raspberry Pi 3, levels of its registers through rpio",
  limitSeconds: 900,
  async play(stage) {
    const program = new URL("../guest/raspi3b.js", import.meta.url);
    const plan = { ...stage, board: RASPI3B, program, task: taskOf(RASPI3B), limitMs: this.limitSeconds * 1000 };
    return EmulatedMachine.play(plan, async (machine) => {
      const contacts = new Contacts(machine, RASPI3B.lines);
      await contacts.move("sealing", 1);
      await contacts.move("availability", 0);
      machine.tell("go");
      const probe = await machine.left<InputsProbe>("probe");
      assert.match(probe.board.model ?? "", /^Raspberry Pi 3 Model B/);
      probesWell(probe, "chardev", CHIPS, contacts);
      assert.match(
        (await machine.left<string | null>("refusal")) ?? "opened",
        /\/dev\/gpiomem: there is no such device/,
      );
      const before = await makeOutputs(machine);
      machine.tell("go");
      probesWell(await machine.left<InputsProbe>("probe-rpio"), "rpio", [], contacts);
      assert.deepEqual(await functions(machine), before, "both pins are inputs, all others what they were");
      const watched = await watchesContacts(machine, contacts, "rpio");
      const counted = await countsSeals(machine, contacts, stage, { driver: "rpio", binaries: BINARIES });
      return `${watched}; ${counted}`;
    });
  },
};

/** Makes both pins outputs. Resolves to what the registers say when these are inputs again. */
async function makeOutputs(machine: EmulatedMachine): Promise<readonly number[]> {
  const asInputs = (await functions(machine)).map((bits) => (bits & ~(7 << SHIFT)) >>> 0);
  for (const [i, bits] of asInputs.entries())
    await writeRegister(machine.qtest, FUNCTIONS[i] as number, bits | (OUTPUT << SHIFT));
  assert.notDeepEqual(await functions(machine), asInputs, "the registers take it");
  return asInputs;
}

async function functions({ qtest }: EmulatedMachine): Promise<readonly number[]> {
  const values: number[] = [];
  for (const offset of FUNCTIONS) values.push(await readRegister(qtest, offset));
  return values;
}
