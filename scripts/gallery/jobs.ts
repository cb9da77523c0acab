/**
 * The jobs of the gallery: what each is about, its data from a seed, its command, and which picture comes out.
 */
import { type Random, seededRandom } from "../../lib/base/numbers/random.ts";
import { csv, numbered, rounded, shuffled } from "./tables.ts";

/** A picture of a drop's report, by the name of its chart; or of a split. */
export type Picture =
  | "group_ratios"
  | "choice_rank"
  | "offers_per_user"
  | "limit_use"
  | "split";

/** One job. */
export interface Job {
  /** Name of its folder. */
  readonly name: string;
  readonly title: string;
  /** What is divided among whom, and what each file says. */
  readonly about: string;
  /** How the words of Divvy map onto it, or what to look at. */
  readonly how: string;
  /** The command, run in its folder. */
  readonly command: string;
  readonly picture: Picture;
  /** Its files from a seed. */
  readonly files: (random: Random) => Record<string, string>;
}

/** `divvy.json` of a drop with what else it needs. */
function config(more: Record<string, unknown> = {}): string {
  const files = {
    caps: "caps.csv",
    elig: "elig.csv",
    user_groups: "user_groups.csv",
    group_ratios: "group_ratios.csv",
  };
  return `${JSON.stringify({ ...files, ...more }, null, 2)}\n`;
}

const ALLOCATE = "divvy allocate --config divvy.json --out assignments.csv --html report.html";

/** Everybody in one group without a ratio: what a drop has where there are no markets. */
function oneGroup(users: readonly string[]): Record<string, string> {
  return {
    "user_groups.csv": csv("user_id,group_id", users.map((user) => [user, "all"])),
    "group_ratios.csv": csv("group_id,sponsorship_ratio", [["all", 0]]),
  };
}

/** Every job, in the gallery's order. */
export const JOBS: readonly Job[] = [
  {
    name: "weekly-coupons",
    title: "Weekly coupons",
    about: "Forty users of three markets get up to three offers each. Four brands pay for theirs " +
      "(sponsored, scarce); each market has a share of users that must get a sponsored one.",
    how: "The report says which market reaches its minimum, and what one more unit would be worth.",
    command: ALLOCATE,
    picture: "group_ratios",
    files: (random) => {
      const users = numbered("user-", 40), markets = ["north", "south", "west"];
      const contracts = ["aroma", "bistro", "corso", "delphi", "elm", "fjord", "grotto"];
      return {
        "caps.csv": csv(
          "contract_address,cap_face,is_sponsored,brand_id",
          contracts.map((c, i) => [c, i < 4 ? 7 + i : 30, i < 4, `brand-${c[0]}`]),
        ),
        "elig.csv": csv(
          "user_id,contract_address,score",
          users.flatMap((u) =>
            shuffled(contracts, random).slice(0, 5).map((c) => [u, c, rounded(random.next(), 3)])
          ),
        ),
        "user_groups.csv": csv(
          "user_id,group_id",
          users.map((u, i) => [u, markets[i % 3]]),
        ),
        "group_ratios.csv": csv(
          "group_id,sponsorship_ratio",
          markets.map((m, i) => [m, [0.4, 0.6, 0.5][i]]),
        ),
        "divvy.json": config({ allocate: { k: 3, max_per_brand: 1 } }),
      };
    },
  },
  {
    name: "paper-reviewing",
    title: "Papers and reviewers, with conflicts of interest",
    about:
      "Thirty papers need three reviews each; twenty reviewers write six at most, and two who " +
      "are new write three. A pair with a conflict of interest is not in the table of pairs.",
    how:
      "Papers are the users (k is 3), reviewers the contracts (cap is their load), the score is " +
      "how well they fit. A least load per reviewer is a limit.",
    command: ALLOCATE,
    picture: "choice_rank",
    files: (random) => {
      const papers = numbered("paper-", 30), reviewers = numbered("reviewer-", 20);
      return {
        "caps.csv": csv(
          "contract_address,cap_face,is_sponsored",
          reviewers.map((r, i) => [r, i < 18 ? 6 : 3, false]),
        ),
        "elig.csv": csv(
          "user_id,contract_address,score",
          papers.flatMap((p) =>
            // One in ten has a conflict.
            reviewers.filter(() => random.next() > 0.1)
              .map((r) => [p, r, rounded(random.next() ** 2, 3)])
          ),
        ),
        ...oneGroup(papers),
        "limits.csv": csv("limit,per,at_least", [["least load", "contract_address", 3]]),
        "divvy.json": config({ limits: "limits.csv", allocate: { k: 3, cov_w: [0, 0, 0] } }),
      };
    },
  },
  {
    name: "course-places",
    title: "Places in courses that need a least number of students",
    about: "Fifty students rank the five seminars they like best; each seminar has places, and " +
      "takes place with eight students at least.",
    how:
      "Students are the users (k is 1), the score falls with the rank. What a seminar misses of " +
      "its least number is reported, with the reason.",
    command: ALLOCATE,
    picture: "choice_rank",
    files: (random) => {
      const students = numbered("student-", 50);
      const seminars = ["algebra", "baroque", "climate", "drama", "ethics", "film", "genetics"];
      return {
        "caps.csv": csv(
          "contract_address,cap_face,is_sponsored",
          seminars.map((s, i) => [s, 8 + (i % 3) * 3, false]),
        ),
        "elig.csv": csv(
          "user_id,contract_address,score",
          students.flatMap((student) => {
            // The first seminars are asked for most.
            const wish = new Map(seminars.map((s, i) => [s, random.next() - 0.07 * i]));
            return [...seminars].sort((a, b) => wish.get(b)! - wish.get(a)!).slice(0, 5)
              .map((s, rank) => [student, s, 5 - rank]);
          }),
        ),
        ...oneGroup(students),
        "limits.csv": csv("limit,per,at_least", [["takes place", "contract_address", 8]]),
        "divvy.json": config({ limits: "limits.csv", allocate: { k: 1 } }),
      };
    },
  },
  {
    name: "shifts",
    title: "Shifts of a week",
    about:
      "Sixteen people say which shifts they can take and how much they would like to. A shift " +
      "needs three people and has room for four; nobody works two shifts of one day.",
    how:
      "Shifts are the contracts; `day` is a column of caps, so that one row of limits says one " +
      "shift a person and day. Part-timers have a k of their own in user_groups.",
    command: ALLOCATE,
    picture: "offers_per_user",
    files: (random) => {
      const people = numbered("person-", 16);
      const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
      const shifts = days.flatMap((day) => ["early", "late"].map((part) => `${day} ${part}`));
      return {
        "caps.csv": csv(
          "contract_address,cap_face,is_sponsored,day",
          shifts.map((shift) => [shift, 4, false, shift.slice(0, 3)]),
        ),
        "elig.csv": csv(
          "user_id,contract_address,score",
          people.flatMap((p) =>
            shifts.filter(() => random.next() < 0.7).map((s) => [p, s, 1 + random.below(5)])
          ),
        ),
        "user_groups.csv": csv(
          "user_id,group_id,k",
          people.map((p, i) => [p, "team", i < 4 ? 2 : ""]),
        ),
        "group_ratios.csv": csv("group_id,sponsorship_ratio", [["team", 0]]),
        "limits.csv": csv("limit,per,at_most,at_least", [
          ["one shift a day", "user_id+day", 1, ""],
          ["staff", "contract_address", "", 3],
        ]),
        "divvy.json": config({
          limits: "limits.csv",
          model: "coverage",
          allocate: { k: 5, cov_w: [0], sponsored_bonus: 0 },
        }),
      };
    },
  },
  {
    name: "relief-goods",
    title: "Relief goods among camps",
    about: "Rice, blankets and kits for five camps. Each camp has a least amount, a need, and a " +
      "weight for how hard it is hit.",
    how: "Several goods are split in one run, each by itself. The picture shows the rice.",
    command: "divvy split -i camps.csv --goods goods.csv --step 1",
    picture: "split",
    files: (random) => {
      const camps = ["amber", "birch", "cedar", "dune", "elder"];
      const goods = [["rice", 900], ["blankets", 400], ["kits", 120]] as const;
      return {
        "goods.csv": csv("name,total", goods),
        "camps.csv": csv(
          "name,good,lower,upper,target,weight",
          goods.flatMap(([good, total]) =>
            camps.map((camp, i) => {
              const need = Math.round(total * (0.18 + 0.16 * random.next()));
              return [camp, good, Math.round(need / 3), "", need, i === 1 ? 2 : 1];
            })
          ),
        ),
      };
    },
  },
  {
    name: "ad-slots",
    title: "Ad slots, with budgets in money",
    about: "Forty-five slots on pages, six campaigns. A slot shows one ad; each campaign " +
      "pays by slot and has a budget.",
    how:
      "Slots are the users, campaigns the contracts, the score is the expected clicks. `cost` is a " +
      "column of elig that a limit adds up, `budget` a column of caps that it must stay within.",
    command: ALLOCATE,
    picture: "limit_use",
    files: (random) => {
      const slots = numbered("slot-", 45);
      const campaigns = ["atlas", "boreal", "comet", "dorado", "echo", "fable"];
      const appeal = campaigns.map(() => 0.5 + random.next());
      return {
        "caps.csv": csv(
          "contract_address,cap_face,is_sponsored,budget",
          campaigns.map((c, i) => [c, 200, false, 5 + 2 * (i % 3)]),
        ),
        "elig.csv": csv(
          "user_id,contract_address,score,cost",
          slots.flatMap((slot) => {
            const traffic = 0.2 + random.next();
            return campaigns.map((c, i) => [
              slot,
              c,
              rounded(traffic * appeal[i] * (0.5 + random.next()), 3),
              rounded(traffic * (0.6 + 0.8 * random.next()), 2),
            ]);
          }),
        ),
        ...oneGroup(slots),
        "limits.csv": csv("limit,per,counts,at_most", [
          ["budget", "contract_address", "cost", "budget"],
        ]),
        "divvy.json": config({ limits: "limits.csv", allocate: { k: 1, cov_w: [0] } }),
      };
    },
  },
  {
    name: "bill",
    title: "A bill, by who had what",
    about:
      "Four friends share plates for 86.40. Each says about how much of the twelve plates was " +
      "theirs; payments add up to the cent.",
    how: "Units are plates, in quarters; the price is divided as the plates are.",
    command: "divvy split -i friends.csv --total 12 --price 86.40 --step 0.25",
    picture: "split",
    files: (random) => ({
      "friends.csv": csv(
        "name,lower,upper,target",
        ["ann", "ben", "cleo", "dan"].map((name) => {
          const most = 3 + random.below(3);
          return [name, most - 2, most, most - 0.5];
        }),
      ),
    }),
  },
  {
    name: "seats",
    title: "Seats of a council",
    about:
      "Thirty-one seats for six lists by their votes, by the method of Webster (Sainte-Laguë).",
    how: "The target is the number of votes; each list has a seat at least.",
    command: "divvy split -i lists.csv --total 31 --method webster",
    picture: "split",
    files: (random) => ({
      "lists.csv": csv(
        "name,lower,upper,target",
        ["red", "green", "blue", "amber", "violet", "grey"]
          .map((name, i) => [name, 1, "", Math.round(9000 / (i + 1) + 900 * random.next())]),
      ),
    }),
  },
  {
    name: "budgets",
    title: "Budgets of departments, with floors and ceilings",
    about:
      "Two million (in thousands: 2000) among eight departments of three divisions. Divisions have ceilings, " +
      "departments floors; what they had last year counts.",
    how:
      "Groups have intervals of their own; `previous` with a change weight keeps the changes small.",
    command:
      "divvy split -i departments.csv --groups divisions.csv --total 2000 --change-weight 0.5",
    picture: "split",
    files: (random) => {
      const divisions = ["care", "roads", "schools"];
      const departments = numbered("department-", 8);
      return {
        "divisions.csv": csv("name,lower,upper", divisions.map((d, i) => [d, "", 700 + 100 * i])),
        "departments.csv": csv(
          "name,lower,upper,target,group,previous",
          departments.map((d, i) => {
            const wish = 200 + 20 * random.below(10);
            return [d, 150, "", wish, divisions[i % 3], wish - 40];
          }),
        ),
      };
    },
  },
  {
    name: "pack-sizes",
    title: "Vaccines in packs of different sizes",
    about: "Six hundred doses for five clinics, each with its own size of pack.",
    how: "A column `step` is a person's pack size. Doses that no packs make up would be left over.",
    command: "divvy split -i clinics.csv --total 600",
    picture: "split",
    files: (random) => ({
      "clinics.csv": csv(
        "name,lower,upper,target,step",
        ["central", "harbour", "hill", "meadow", "valley"]
          .map((name, i) => [name, 20, "", 80 + random.below(90), [5, 6, 10, 12, 8][i]]),
      ),
    }),
  },
];

/** The files of a job: the same on every machine. */
export function filesOf(job: Job): Record<string, string> {
  return job.files(seededRandom(2026 + JOBS.indexOf(job)));
}
