import { join } from "node:path";
import t from "tap";
import { dataFolderOf } from "../runtime/data-folder.ts";

t.test("a data folder is known by what lies in it, also from below", async (t) => {
  const folder = t.testdir({ data: { db: { CURRENT: "MANIFEST-1\n" }, journal: { 1: {} } }, other: {} });
  const data = join(folder, "data");
  t.equal(await dataFolderOf(data), data);
  t.equal(await dataFolderOf(join(data, "outbox/new")), data);
  t.equal(await dataFolderOf(join(folder, "other")), null);
});

t.test("where there is a folder of every name, as below a browser of a network, is no data folder", async (t) => {
  const network = t.testdir({ db: { CURRENT: {} }, journal: {}, server: { reports: {} } });
  t.equal(await dataFolderOf(network), null);
  t.equal(await dataFolderOf(join(network, "server/reports")), null);
});
