// mimewright/node: files as attachments, messages as files. The only door that opens files.
export {
  type FileOptions,
  type FilesOptions,
  file,
  files,
  type ImagesOptions,
  imagesIn,
  type LoadFromFolder,
} from "./node/attachments.ts";
export { type WriteEmlOptions, writeEml } from "./node/write-eml.ts";
