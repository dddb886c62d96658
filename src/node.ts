// mimewright/node: files as attachments, messages as files. The only door that opens files.
export {
  type FileOptions,
  type FilesOptions,
  file,
  files,
  type ImagesOptions,
  imagesIn,
  type LoadFromFolder,
} from "./mail/node/attachments.ts";
export { type WriteEmlOptions, writeEml } from "./mail/node/write-eml.ts";
