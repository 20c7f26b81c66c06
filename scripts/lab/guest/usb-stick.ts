import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const GADGET = "/sys/kernel/config/usb_gadget/stick";
const SOCKET = "dummy_udc.0";
const DEVICE = "/dev/sda";

/** A USB stick of the kernel's dummy_hcd, which can be plugged in and pulled out; its content is a file. */
export class UsbStick {
  /** @param image an image of a file system, without partitions. */
  constructor(image: string) {
    const disk = join(GADGET, "functions/mass_storage.0");
    const config = join(GADGET, "configs/c.1");
    for (const folder of [join(GADGET, "strings/0x409"), config, disk]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(GADGET, "idVendor"), "0x1d6b");
    writeFileSync(join(GADGET, "idProduct"), "0x0104");
    writeFileSync(join(GADGET, "strings/0x409/serialnumber"), "0123456789");
    writeFileSync(join(disk, "lun.0/file"), image);
    symlinkSync(disk, join(config, "mass_storage.0"));
  }

  /** Plugs it in and mounts it. @param options of the mount. */
  async plug(place: string, options: string): Promise<void> {
    writeFileSync(join(GADGET, "UDC"), SOCKET);
    while (!existsSync(DEVICE)) await sleep(50);
    mkdirSync(place, { recursive: true });
    for (let attempt = 0; ; attempt++)
      try {
        execFileSync("mount", ["-t", "vfat", "-o", options, DEVICE, place], { stdio: ["ignore", "ignore", "pipe"] });
        return;
      } catch (error) {
        // the disk is there before its size is known
        if (attempt === 100) throw error;
        await sleep(50);
      }
  }

  /** Pulls it out, whatever is going on. */
  pull(): void {
    writeFileSync(join(GADGET, "UDC"), "\n");
  }

  /** Clears away what is left of a mount whose stick is gone. */
  async forget(place: string): Promise<void> {
    execFileSync("umount", ["-l", place]);
    while (existsSync(DEVICE)) await sleep(50);
  }

  /** Unmounts it, so that nothing is missing on it, and pulls it out. */
  async remove(place: string): Promise<void> {
    execFileSync("umount", [place]);
    this.pull();
    while (existsSync(DEVICE)) await sleep(50);
  }
}
