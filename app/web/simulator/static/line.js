// The choices above a handset: whose number, behind which gateway, on which network.
export class Line {
  /** `moved()` is called when another number or another gateway is chosen, `changed()` when
   *  anything is. */
  constructor(element, moved, changed) {
    this.find = (name) => element.querySelector(`[name=${name}]`);
    this.typed = element.querySelector(".typed");
    this.fresh = this.draw();
    for (const name of ["msisdn", "typed", "gateway", "network"]) {
      this.find(name).addEventListener("change", () => {
        this.renew(name);
        if (name !== "network" || this.find("msisdn").value === "new") moved();
        changed();
      });
    }
  }

  get msisdn() {
    const chosen = this.find("msisdn").value;
    if (chosen === "typed") return this.find("typed").value.trim();
    return chosen === "new" ? this.fresh : chosen;
  }

  get gateway() {
    const chosen = this.find("gateway").selectedOptions[0];
    return { name: chosen.value, label: chosen.textContent, budget: Number(chosen.dataset.budget) };
  }

  get network() {
    const chosen = this.find("network").selectedOptions[0];
    return { code: chosen.value, label: chosen.textContent, carrier: chosen.dataset.carrier };
  }

  /** How a journey script names whose number it is; empty for one whose PIN is a secret. */
  get recordedAs() { return this.find("msisdn").selectedOptions[0].dataset.recordedAs ?? ""; }

  /** A new number each time one is asked for, of the operator that is chosen. */
  renew(changed) {
    const choice = this.find("msisdn");
    this.typed.hidden = choice.value !== "typed";
    if (choice.value !== "new" || !["msisdn", "network"].includes(changed)) return;
    this.fresh = this.draw();
    choice.selectedOptions[0].textContent = `${this.fresh} new`;
  }

  draw() {
    const { numbers } = this.find("network").selectedOptions[0].dataset;
    return numbers.replace(/x/g, () => Math.floor(Math.random() * 10));
  }
}
