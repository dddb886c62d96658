// mimewright/node: files as attachments, messages as files. The only door that opens files.
export { type FileOptions, file } from "./node/file.ts";
export { type FilesOptions, files } from "./node/files.ts";
export { type ImagesOptions, imagesIn, type LoadFromFolder } from "./node/images.ts";
export { type WriteEmlOptions, writeEml } from "./node/write-eml.ts";
