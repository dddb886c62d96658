// One page for each example: its source. A folder is a part of the name, since routes have no folders.
import { readdirSync, readFileSync } from "node:fs";

const examples = new URL("../../examples/", import.meta.url);

export default {
  watch: ["../../examples/**/*.ts"],
  paths: () =>
    readdirSync(examples, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => ({ params: { name: file.slice(0, -3).replaceAll(/[\\/]/g, "-") }, content: page(file) })),
};

function page(file: string): string {
  const source = readFileSync(new URL(file, examples), "utf8");
  return `# ${file.replaceAll("\\", "/")}\n\n\`\`\`ts\n${source}\`\`\`\n`;
}
