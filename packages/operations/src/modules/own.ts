import type { StoreModule } from '../module.ts';
import { exemptionsModule } from './exemptions.ts';
import { journalModule } from './journal.ts';
import { peopleModule } from './people.ts';
import { rulesModule } from './rules.ts';
import { settingsModule } from './settings.ts';

/** Modules of every operations store, in the order in which they are made. Those of other packages follow. */
export const ownModules: readonly StoreModule[] = [journalModule, settingsModule, peopleModule, rulesModule, exemptionsModule];
