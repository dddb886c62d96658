// The part of emailjs-mime-builder 2 that the adapter uses; the package has no types.
declare module "emailjs-mime-builder" {
  namespace builder {
    interface MimeNode {
      appendChild(node: MimeNode): MimeNode;
      setHeader(headers: Readonly<Record<string, unknown>>): MimeNode;
      setContent(content: string | Uint8Array): MimeNode;
      build(): string;
    }
  }
  // A CommonJS module with a `default` of its own.
  const builder: { readonly default: new (contentType: string, options?: { filename?: string }) => builder.MimeNode };
  export = builder;
}
