import { Phone } from "./phone.js";
import { Switchboard } from "./switchboard.js";

const ROOM_FOR_TWO = 1240;
const { shortCode, sandbox, demoPin, currency, price, priceSeconds } = document.body.dataset;
const world = {
  shortCode, sandbox, demoPin, currency, switchboard: new Switchboard(sandbox),
  price: Number(price), priceSeconds: Number(priceSeconds),
};
const second = document.querySelector("#second");
const showSecond = (shown) => {
  document.querySelector("#phone2").hidden = !shown;
  second.setAttribute("aria-pressed", String(shown));
};
second.addEventListener("click", () => {
  showSecond(second.getAttribute("aria-pressed") !== "true");
  if (innerWidth < ROOM_FOR_TWO) document.querySelector(".set:not([hidden]):last-of-type").scrollIntoView();
});
showSecond(innerWidth >= ROOM_FOR_TWO);
for (const set of document.querySelectorAll(".set")) new Phone(set, world);
document.querySelector("#phone1 .handset").focus({ preventScroll: true });
