// mimewright/html: html documents made ready for mail.
export {
  type ImageContent,
  type InlinedHtml,
  type InlineImagesOptions,
  inlineImages,
  type LoadedImage,
  type LoadImage,
} from "./mail/html/inline-images.ts";
