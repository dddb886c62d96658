// `mimewright preview --png` with the real Chromium of this machine: the picture shows a light page and the image of
// the mail. node scripts/try-preview.mjs [folder to keep the pictures in]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inflateSync } from "node:zlib";

const root = new URL("..", import.meta.url).pathname;
const [kept] = process.argv.slice(2);
const folder = kept ?? mkdtempSync(join(tmpdir(), "mimewright-pictures-"));
const mail = join(root, "fixtures/messages/receipt.eml");

function picture(name, ...options) {
  const file = join(folder, name);
  const command = [join(root, "dist/cli/bin.js"), "preview", mail, "--png", file, ...options];
  execFileSync(process.execPath, command, { stdio: ["ignore", "ignore", "inherit"] });
  return pixels(readFileSync(file));
}

// PNG (third edition) s11.2, s9.2: 8 bits a channel, not interlaced, as browsers write screenshots.
function pixels(png) {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = png[25] === 6 ? 4 : 3;
  const data = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const lines = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const bytes = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x < channels ? 0 : bytes[y * stride + x - channels];
      const up = y === 0 ? 0 : bytes[(y - 1) * stride + x];
      const corner = x < channels || y === 0 ? 0 : bytes[(y - 1) * stride + x - channels];
      const added = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      bytes[y * stride + x] = lines[y * (stride + 1) + 1 + x] + added;
    }
  }
  const colours = new Map();
  for (let at = 0; at < bytes.length; at += channels) {
    const colour = bytes.subarray(at, at + 3).toString("hex");
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  return { width, height, share: (colour) => (colours.get(colour) ?? 0) / (width * height) };
}

// s9.4
function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function expect(holds, what) {
  if (!holds) throw new Error(`the picture is wrong: ${what}`);
}

const WHITE = "ffffff";
// The ground of fixtures/files/logo.png, which the html of the receipt shows by its Content-ID.
const LOGO = "285aaa";

try {
  const page = picture("page.png");
  expect(page.width === 1_280 && page.height >= 900, `${page.width} x ${page.height}`);
  expect(page.share(WHITE) > 0.6, "the page is not light");
  expect(page.share(LOGO) > 0.005, "the page does not show the image of the mail");
  const alone = picture("mail.png", "--view", "mail", "--width", "500");
  expect(alone.width === 500 && alone.height > 200, `${alone.width} x ${alone.height}`);
  expect(alone.share(LOGO) > 0.03, "the html does not show its image");
  console.log(`pictures: page ${page.width} x ${page.height}, mail ${alone.width} x ${alone.height}`);
} finally {
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}
