import { defaultPolicy } from "../../../lib/allocator/model/policy.ts";
import { assertEquals } from "../../../lib/deps/std_assert.ts";
import { commandsFor } from "../../../lib/studio/session/command_line.ts";
import type { StudioDetails } from "../../../lib/studio/session/drop_for_page.ts";
import { divvy, TempFolder } from "../../support/cli.ts";

Deno.test("studio: the command that it names runs, whatever a configuration file switches on or off", async () => {
  await using folder = new TempFolder();
  folder.write("caps it's.csv", "contract_address,cap_face,is_sponsored\nt,1,true\nc,2,false\n");
  folder.write("elig.csv", "user_id,contract_address,score\nann,t,0.9\nbob,c,0.5\n");
  folder.write("ug.csv", "user_id,group_id\nann,n\nbob,n\n");
  folder.write("gr.csv", "group_id,sponsorship_ratio\nn,0\n");
  folder.write("pins.csv", "user_id,contract_address\nbob,c\n");
  const options = {
    caps: "caps it's.csv",
    elig: "elig.csv",
    user_groups: "ug.csv",
    group_ratios: "gr.csv",
    pins: "pins.csv",
    pins_create: true,
    only_new: false,
    top_n: 2,
    cooldown: null,
  };
  const details: StudioDetails = {
    title: "",
    files: {},
    further: { columns: [], rows: {} },
    served: true,
    options,
    gap: 1e-6,
  };
  const policy = { ...defaultPolicy, thirdSlotOnlyMixing: false, mixTail: true, covW: [0.1, 0.2] };
  const { allocate } = commandsFor({}, policy, details);
  // What the page saves as prices.json is not there.
  const line = allocate.replace(" --prices prices.json", "").replace(/^divvy/, "");
  const words = new TextDecoder().decode(
    (await new Deno.Command("sh", { args: ["-c", `printf '%s\\n' ${line}`] }).output()).stdout,
  ).trim().split("\n").filter((word) => word !== "");
  const { code, stderr } = await divvy(words, { cwd: folder.path });
  assertEquals(code, 0, stderr);
  assertEquals(folder.read("assignments.csv").trim().split("\n").length, 3);
});
