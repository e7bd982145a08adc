import type { Location, Store } from '@hengjian/operations';
import type { Ports } from '@hengjian/standard';

/** Ports of use cases that decide something, or judge by what was decided. */
export interface WorkbenchPorts extends Ports {
  readonly stores: {
    /** Opens an operations store for some work and closes it whatever happens. */
    operations<Result>(location: Location, work: (store: Store) => Promise<Result>): Promise<Result>;
  };
}
