/**
 * A wheel of nothing: the smallest package that pip installs, made in memory (PEP 427; zip as in PKWARE's APPNOTE, files
 * stored without compression). Pure.
 */
import { crc32 } from 'node:zlib';

export interface Wheel {
  readonly fileName: string;
  readonly bytes: Buffer;
}

export interface WheelOptions {
  /** As in `pip install`. */
  readonly project: string;
  readonly version: string;
  /** The package that can then be imported. */
  readonly module: string;
}

interface ZipEntry {
  readonly name: string;
  readonly text: string;
}

/** 1980-01-01, the first day zip knows. */
const ZIP_DATE = 0x21;

export function makeWheel({ project, version, module }: WheelOptions): Wheel {
  const name = `${project.replaceAll('-', '_')}-${version}`;
  const info = `${name}.dist-info`;
  const files: ZipEntry[] = [
    { name: `${module}/__init__.py`, text: `__version__ = "${version}"\n` },
    { name: `${info}/METADATA`, text: `Metadata-Version: 2.1\nName: ${project}\nVersion: ${version}\n` },
    {
      name: `${info}/WHEEL`,
      text: 'Wheel-Version: 1.0\nGenerator: studio-egress-lab\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    },
  ];
  const record = [...files.map((file) => file.name), `${info}/RECORD`].map((file) => `${file},,\n`).join('');
  return {
    fileName: `${name}-py3-none-any.whl`,
    bytes: zip([...files, { name: `${info}/RECORD`, text: record }]),
  };
}

function zip(entries: readonly ZipEntry[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, text } of entries) {
    const data = Buffer.from(text);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(ZIP_DATE, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    local.push(Buffer.from('PK\x03\x04', 'latin1'), common, nameBytes, data);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, nameBytes);
    offset += 4 + common.length + nameBytes.length + data.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, directory, end]);
}
