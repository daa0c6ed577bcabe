// A program of a user of the element that TypeScript accepts, and below what it must refuse.
import { SekishoVerify, type Texts, type VerificationRequest } from "sekisho/verify-element";

const element = new SekishoVerify();
element.token = "access-token";
const texts: Partial<Texts> = { operations: { transfer: "Transfer {amount} to {payee}" } };
element.texts = texts;

export async function approved(refused: Response): Promise<string | undefined> {
  const { data }: { data: VerificationRequest } = await refused.json();
  const recordIds = await element.verify(data);
  return recordIds?.join(",");
}

export const linked = element.verify({ newIdentifier: { type: "email", value: "ana@example.com" } });

export function refused(): unknown[] {
  return [
    // @ts-expect-error There is no such method.
    () => element.verify({ requirement: { methods: ["sms"] } }),
    // @ts-expect-error An operation has a type.
    () => element.verify({ operation: { amount: "120.00" } }),
    // @ts-expect-error There is no such kind of identifier.
    () => element.verify({ newIdentifier: { type: "username", value: "ana" } }),
    // @ts-expect-error There is no such text.
    () => Object.assign(element, { texts: { heading: "" } satisfies Partial<Texts> }),
  ];
}
