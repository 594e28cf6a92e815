/** CRC-32 as zip wants it. */
const TABLE = Uint32Array.from({ length: 256 }, (_, n) =>
  Array.from({ length: 8 }).reduce<number>((c) => (c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1), n),
);

const crc = (bytes: Uint8Array): number =>
  ~bytes.reduce((c, byte) => (TABLE[(c ^ byte) & 255] as number) ^ (c >>> 8), -1) >>> 0;

/** Numbers of 2 or 4 bytes, the small end first. */
function packed(...fields: [size: 2 | 4, value: number][]): Uint8Array {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [size]) => sum + size, 0)));
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

const UTF8 = 0x0800;

/** Texts by path as a zip file, uncompressed. */
export function zip(files: Record<string, string>): Blob {
  const parts: Uint8Array[] = [];
  const index: Uint8Array[] = [];
  let at = 0;
  for (const [path, text] of Object.entries(files)) {
    const [name, data] = [new TextEncoder().encode(path), new TextEncoder().encode(text)];
    const facts: [2 | 4, number][] = [
      [2, 20], [2, UTF8], [2, 0], [2, 0], [2, 0x21], [4, crc(data)], [4, data.length], [4, data.length],
      [2, name.length], [2, 0],
    ]; // prettier-ignore
    const head = packed([4, 0x04034b50], ...facts);
    parts.push(head, name, data);
    index.push(packed([4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name);
    at += head.length + name.length + data.length;
  }
  const count = Object.keys(files).length;
  const size = index.reduce((sum, one) => sum + one.length, 0);
  const end = packed([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0]);
  return new Blob([...parts, ...index, end] as BlobPart[], { type: "application/zip" });
}
