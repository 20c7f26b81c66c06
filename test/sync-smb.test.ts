import t from "tap";
import { missingForDisks, runOnOwnDisks } from "../scripts/torture/disk-tools.ts";
import { missingForSmb, type SmbReport } from "../scripts/torture/smb-share.ts";

t.setTimeout(240_000);
const missing = (await missingForDisks()) ?? (await missingForSmb());
if (missing !== null) t.comment(`no SMB server is tried: ${missing}`);

t.test(
  "a share of a real SMB server gets every file, once, and its disk has what was sent",
  { skip: missing ?? false, timeout: 200_000 },
  async (t) => {
    const { stdout } = await runOnOwnDisks(new URL("../scripts/torture/smb-share.js", import.meta.url), []);
    const { faults, visits, server } = JSON.parse(stdout) as SmbReport;
    t.same(faults, []);
    t.match(server, /^Version 4/);
    t.match(visits, [{ sentFiles: 5 }, { sentFiles: 13, removedFiles: 5 }, { sentFiles: 13 }, { sentFiles: 0 }]);
  },
);
