import { Phone } from "./phone.js";

const data = document.body.dataset;
const world = {
  shortCode: data.shortCode, sandbox: data.sandbox, budget: Number(data.budget),
  price: data.price, priceSeconds: Number(data.priceSeconds),
};
for (const set of document.querySelectorAll(".set")) new Phone(set, world);

const second = document.querySelector("#second");
const show = (shown) => {
  document.querySelector("#set2").hidden = !shown;
  second.setAttribute("aria-pressed", String(shown));
};
second.addEventListener("click", () => show(document.querySelector("#set2").hidden));
show(innerWidth >= 1240);
document.querySelector("#set1 .handset").focus({ preventScroll: true });
