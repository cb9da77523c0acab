// Undoes Snappy, in AssemblyScript (TypeScript's syntax, WebAssembly's types). snappy.ts calls it; scripts/compile_wasm.ts
// compiles it.
//
// Format: Google's "Snappy compressed format description".

/** Bytes behind the packed and the unpacked data that may be read and written with their last ones. */
const SLACK: u32 = 32;

/** Where the unpacked data begins; the packed data begins at the heap's base. */
let output: usize = 0;

/** Makes room for both; returns where the packed data goes, 0 where there is no room. */
export function makeRoom(packed: u32, size: u32): usize {
  output = (__heap_base + packed + SLACK + 15) & ~15;
  const pages = <i32>((output + size + SLACK + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  return __heap_base;
}

/** Where the unpacked data is. */
export function outputPlace(): usize {
  return output;
}

/** Unpacks `length` bytes, from place `at` of them on, to exactly `size` bytes; false where they are damaged. */
export function uncompress(at: u32, length: u32, size: u32): bool {
  let from: usize = __heap_base + at, to: usize = output;
  const end: usize = __heap_base + length, stop: usize = output + size;
  while (from < end) {
    const tag = <u32>load<u8>(from++), kind = tag & 3;
    if (kind == 0) {
      let count = tag >> 2;
      if (count >= 60) {
        const bytes = count - 59;
        if (from + bytes > end) return false;
        // The bytes behind the number are read with it.
        count = load<u32>(from) & <u32>(((<u64>1) << (8 * bytes)) - 1);
        from += bytes;
      }
      const some = <u64>count + 1;
      if (some > <u64>(end - from) || some > <u64>(stop - to)) return false;
      if (some <= 16) v128.store(to, v128.load(from));
      else memory.copy(to, from, <usize>some);
      from += <usize>some;
      to += <usize>some;
      continue;
    }
    let count: u32 = 0, back: u32 = 0;
    if (kind == 1) {
      if (from >= end) return false;
      count = ((tag >> 2) & 7) + 4;
      back = (tag >> 5) << 8 | <u32>load<u8>(from);
      from++;
    } else {
      const bytes: u32 = kind == 2 ? 2 : 4;
      if (from + bytes > end) return false;
      count = (tag >> 2) + 1;
      back = kind == 2 ? <u32>load<u16>(from) : load<u32>(from);
      from += bytes;
    }
    if (back == 0 || <usize>back > to - output || <usize>count > stop - to) return false;
    const source = to - back;
    if (back >= 16) {
      // Sixteen at a time, perhaps some too many, which come to be written over.
      for (let i: u32 = 0; i < count; i += 16) v128.store(to + i, v128.load(source + i));
    } else {
      for (let i: u32 = 0; i < count; i++) store<u8>(to + i, load<u8>(source + i));
    }
    to += count;
  }
  return to == stop;
}
