// Draws the files that examples and tests attach: node scripts/make-fixtures.mjs. The files are checked in; this is
// how they were made.
import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";

const folder = new URL("../fixtures/files/", import.meta.url);

/** A one-page PDF with a built-in font. */
export function makePdf(lines) {
  const text = lines
    .map((line, index) => `BT /F1 ${index === 0 ? 20 : 11} Tf 56 ${770 - index * 22} Td (${line}) Tj ET`)
    .join("\n");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let pdf = "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n";
  const offsets = objects.map((object, index) => {
    const offset = pdf.length;
    pdf += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const xref = pdf.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  pdf += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  pdf += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(pdf, "latin1");
}

/** An envelope on a coloured ground, as PNG. */
export function makePng(width, height) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) paint(rows, y * (1 + width * 3) + 1 + x * 3, x / width, y / height);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function paint(rows, at, x, y) {
  const inside = x > 0.15 && x < 0.85 && y > 0.25 && y < 0.75;
  const flap = 0.25 + 0.3 * (1 - Math.abs(x - 0.5) / 0.35);
  const edge = inside && Math.abs(y - flap) < 0.03;
  const colour = edge ? [30, 64, 120] : inside ? [250, 250, 245] : [40, 90, 170];
  rows.set(colour, at);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

export const invoice = () =>
  makePdf([
    "Invoice 2026-1107",
    "Two tickets, Tokyo to Kyoto",
    "Total: JPY 28,340",
    "Paid. Thank you for travelling with us.",
  ]);
export const logo = () => makePng(160, 120);

if (process.argv[1] === new URL(import.meta.url).pathname) {
  writeFileSync(new URL("invoice.pdf", folder), invoice());
  writeFileSync(new URL("logo.png", folder), logo());
}
