/**
 * What a session starts from, as plain data: a copy in another thread or in a page loses classes and functions.
 *
 * @module
 */
import { Drop } from "../../allocator/drop/drop.ts";
import type { RowPlaces } from "../../allocator/drop/before/given_rows.ts";
import { BANNED, type HeldBack } from "../../allocator/drop/before/held_back.ts";
import type { HeldOut, Instance } from "../../allocator/drop/instance/instance.ts";
import type { Pins } from "../../allocator/drop/instance/pins.ts";
import { IdPool } from "../../base/ids/ids.ts";
import type { SessionStart } from "./session.ts";

/** Where rows of pins or bans stand: file, line and the place as messages name it, by row. */
type SentPlaces = ReadonlyMap<number, ReturnType<RowPlaces["placeOf"]> & { text: string }>;

/** A drop in columns without functions; of the classes there are only pools of ids, as their bytes and offsets. */
interface SentInstance extends Omit<Instance, "pins" | "heldBack" | "heldOut"> {
  readonly pins?: Omit<Pins, "rows"> & { readonly rows: SentPlaces };
  readonly heldBack?: Omit<HeldBack, "bans"> & { readonly bans: SentPlaces | null };
  readonly heldOut?: Omit<HeldOut, "instance"> & { readonly instance: SentInstance };
}

/** A {@link SessionStart} that may be copied. */
export interface SentStart extends Omit<SessionStart, "drop"> {
  /** The drop. */
  readonly drop: { readonly instance: SentInstance; readonly input: Drop["input"] };
}

/** A start ready to be copied. Arrays stay what they are. */
export function sentStart(start: SessionStart): SentStart {
  const { instance, input } = start.drop;
  return { ...start, drop: { instance: sentInstance(instance), input } };
}

/** The start that a copy was made of. */
export function receivedStart(sent: SentStart): SessionStart {
  const { instance, input } = sent.drop;
  return { ...sent, drop: new Drop(receivedInstance(instance), input) };
}

function sentInstance({ pins, heldBack, heldOut, ...columns }: Instance): SentInstance {
  return {
    ...columns,
    ...(pins !== undefined && { pins: { ...pins, rows: sentPlaces(pins.rows, pins.row) } }),
    ...(heldBack !== undefined && {
      heldBack: {
        ...heldBack,
        bans: heldBack.bans === null ? null : sentPlaces(heldBack.bans, rowsOfBans(heldBack)),
      },
    }),
    ...(heldOut !== undefined && {
      heldOut: { ...heldOut, instance: sentInstance(heldOut.instance) },
    }),
  };
}

function receivedInstance({ pins, heldBack, heldOut, ...columns }: SentInstance): Instance {
  return {
    ...columns,
    users: receivedIds(columns.users),
    ...(pins !== undefined && { pins: { ...pins, rows: receivedPlaces(pins.rows) } }),
    ...(heldBack !== undefined && {
      heldBack: {
        ...heldBack,
        users: receivedIds(heldBack.users),
        bans: heldBack.bans === null ? null : receivedPlaces(heldBack.bans),
      },
    }),
    ...(heldOut !== undefined && {
      heldOut: { ...heldOut, instance: receivedInstance(heldOut.instance) },
    }),
  };
}

function receivedIds({ bytes, offsets }: Pick<IdPool, "bytes" | "offsets">): IdPool {
  return new IdPool(bytes, offsets);
}

function rowsOfBans({ reason, detail }: HeldBack): Int32Array {
  return detail.filter((_, i) => reason[i] === BANNED);
}

function sentPlaces(places: RowPlaces, rows: Iterable<number>): SentPlaces {
  return new Map(
    Array.from(new Set(rows), (row) => [
      row,
      { ...places.placeOf(row), text: places.placeText(row) },
    ]),
  );
}

/** A session's drop is read from files, so columns are called as they are there. */
function receivedPlaces(places: SentPlaces): RowPlaces {
  return {
    placeOf(row) {
      const { text: _, ...place } = places.get(row)!;
      return place;
    },
    nameOf: (_, column) => column,
    placeText: (row) => places.get(row)!.text,
  };
}
