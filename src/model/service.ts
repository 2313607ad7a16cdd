/** The ports of services by their names. Pages are built without the table: their worker loads it where a name is met. */
import { PacketwalkError } from '../errors.js';
import { SERVICES } from '../net/services.js';

type Services = typeof SERVICES;
let services: Services | undefined = SERVICES;

/** The name of a service is met, and the services are not there yet. */
export class ServicesWanted extends PacketwalkError {
  constructor(name: string) {
    super(`${name}: ports of services are a file of their own, and it was not loaded`, {
      code: 'readers-wanted',
      hint: 'await loadReaders() before ports by their names',
    });
  }
}

export const knowsServices = (): boolean => services !== undefined;

/** For who is built without them. */
export function learnServices(part: { readonly SERVICES: Services }): void {
  services = part.SERVICES;
}

/** The port of a service's name, or undefined. Throws ServicesWanted. */
export function servicePort(name: string): number | undefined {
  if (services === undefined) {
    // what has no letter is a number, or several
    if (/[a-z]/i.test(name)) throw new ServicesWanted(name);
    return undefined;
  }
  return Object.hasOwn(services, name.toLowerCase()) ? services[name.toLowerCase()] : undefined;
}
