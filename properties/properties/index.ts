/** The properties of one dispatcher: none of them needs a second one to compare with. */
import type { Property } from '../compare/property.ts';
import { accounting } from './accounting.ts';
import { addThenDelete } from './add-then-delete.ts';
import { hostDifference } from './host-difference.ts';
import { movedMap } from './moved-map.ts';
import { netEffect } from './net-effect.ts';
import { otherRegions } from './other-regions.ts';
import { refusals } from './refusals.ts';
import { registrationOrder } from './registration-order.ts';
import { renamedNotifiers } from './renamed-notifiers.ts';
import { repeatedWrites } from './repeated-writes.ts';
import { shiftedPriorities } from './shifted-priorities.ts';
import { throughAlias } from './through-alias.ts';
import { withoutRegistrations } from './without-registrations.ts';

/** All of them, in the order of the table in properties/README.md. */
export const properties: readonly Property[] = [
  accounting,
  withoutRegistrations,
  repeatedWrites,
  addThenDelete,
  registrationOrder,
  netEffect,
  hostDifference,
  otherRegions,
  movedMap,
  renamedNotifiers,
  throughAlias,
  shiftedPriorities,
  refusals,
];
