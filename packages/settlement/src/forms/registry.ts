import { type Words, words } from '@hengjian/standard';
import { bedDayForm } from './bed-day.ts';
import { fixedPriceForm } from './fixed-price.ts';
import type { FormLine, PaymentForm, PaymentForms } from './form.ts';
import { groupForm } from './group.ts';
import { itemForm } from './item.ts';
import { unpaidForm } from './unpaid.ts';

/** `group`: by weight or points; `bed_day`: days × standard; `fixed_price`; `item`: actual cost; `unpaid`: no price, with a reason. */
export type PayForm = 'group' | 'bed_day' | 'fixed_price' | 'item' | 'unpaid';

/** The payment forms of the program, in the order in which statements show them. */
export const paymentForms: Readonly<Record<PayForm, PaymentForm>> = {
  group: groupForm,
  bed_day: bedDayForm,
  fixed_price: fixedPriceForm,
  item: itemForm,
  unpaid: unpaidForm,
};

/** The form of a price. Throws when the price was made with other forms. */
export function formOf(forms: PaymentForms, id: string): PaymentForm {
  const form = forms[id];
  if (form === undefined) throw new Error(`no payment form ${id}`);
  return form;
}

const noWords = words('', '');

/** Words of a reason, whichever form gave it. */
export const reasonWords = (forms: PaymentForms, reason: string): Words =>
  Object.values(forms).find(({ reasons }) => Object.hasOwn(reasons, reason))?.reasons[reason] ?? noWords;

/** Words of the style of a price. */
export const styleWords = (forms: PaymentForms, form: string, style: string): Words => formOf(forms, form).styles[style] ?? noWords;

/** The lines that stays have in a statement, by kind, in their order. */
export const formLines = (forms: PaymentForms): ReadonlyMap<string, FormLine> =>
  new Map(Object.values(forms).flatMap(({ lines }) => Object.entries(lines)));
