/** A package that is not installed. Its text is ours, so that it is passed on. */
export class MissingPackageError extends TypeError {
  readonly code = "ERR_MODULE_NOT_FOUND";
}
