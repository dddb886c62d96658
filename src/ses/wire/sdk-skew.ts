// Signs one call of the SDK with the service's time. The client's own idea of the time is not touched.
import { addMiddleware, type Middleware, property, type SdkCommand } from "./sdk-command.ts";

type Sign = (request: unknown, identity: unknown, properties: unknown) => unknown;

/** @param skew milliseconds that the service's clock is ahead of ours */
export function addSkew(command: SdkCommand, skew: number): void {
  const shift: Middleware = (next, context) => (args) => {
    const scheme = property(property(context, "__smithy_context"), "selectedHttpAuthScheme");
    const signer = property(scheme, "signer");
    const sign = property(signer, "sign");
    if (typeof scheme === "object" && scheme !== null && isSign(sign)) {
      // The scheme belongs to this call; the signer to the client, so it is wrapped and not changed.
      Reflect.set(scheme, "signer", { sign: shifted(sign.bind(signer), skew) });
    }
    return next(args);
  };
  addMiddleware(command, shift, { name: "mimewrightSkew", step: "build", priority: "low" });
}

function isSign(value: unknown): value is Sign {
  return typeof value === "function";
}

function shifted(sign: Sign, skew: number): Sign {
  return (request, identity, properties) => {
    const config = property(properties, "config");
    if (typeof config !== "object" || config === null) return sign(request, identity, properties);
    const own: unknown = Object.create(config, { systemClockOffset: { value: skew, writable: true } });
    return sign(request, identity, { ...Object(properties), config: own });
  };
}
