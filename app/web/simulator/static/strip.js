// The strip under the handset: how long, how dear, how full the screen is.
import { septets, strangers } from "./gsm7.js";

export class Strip {
  constructor(element, world) {
    this.world = world;
    this.find = (selector) => element.querySelector(selector);
  }

  /** Time and cost of a session (or null), and the gateway and network it would go through. */
  tick(session, gateway, network) {
    const seconds = session ? session.seconds() : 0;
    const { price, priceSeconds, currency } = this.world;
    const begun = session ? Math.max(1, Math.ceil(seconds / priceSeconds)) : 0;
    const hops = session?.hops ?? 0;
    this.find(".seconds").textContent = `${Math.floor(seconds)} s`;
    this.find(".hops").textContent = `${hops} ${hops === 1 ? "hop" : "hops"}`;
    this.find(".cost").textContent = `${currency} ${(begun * price).toFixed(2)}`;
    this.find(".gateway").textContent = gateway;
    this.find(".network").textContent = network;
  }

  /** How much of its gateway's budget a screen takes; a letter outside GSM-7 is named. */
  measure(text, budget) {
    const used = septets(text);
    const strange = strangers(text);
    const cell = this.find(".septets");
    cell.classList.toggle("over", used === null || used > budget);
    cell.querySelector("meter").max = budget;
    cell.querySelector("meter").value = used ?? budget;
    cell.querySelector("span").textContent =
      used === null ? `not GSM-7: ${strange.join(" ")}` : `${used} of ${budget}`;
  }
}
