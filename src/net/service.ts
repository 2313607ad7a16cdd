/** The ports of services by their names. The worker of pages is built without the table, and loads it where a name is met. */
import { SERVICES } from './services.js';

type Services = typeof SERVICES;
let services: Services | undefined = SERVICES;

/** The name of a service is met, and the services are not there yet. */
export class ServicesWanted extends Error {}

/** For who is built without them. */
export function learnServices(part: { readonly SERVICES: Services }): void {
  services = part.SERVICES;
}

/** The port of a service's name, or undefined. Throws ServicesWanted. */
export function servicePort(name: string): number | undefined {
  if (services === undefined) {
    // what has no letter is a number, or several
    if (/[a-z]/i.test(name)) throw new ServicesWanted();
    return undefined;
  }
  return Object.hasOwn(services, name.toLowerCase()) ? services[name.toLowerCase()] : undefined;
}
