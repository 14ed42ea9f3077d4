// One USSD session, as Africa's Talking holds it: the history grows, the endpoint answers.
const ENDPOINT = "/ussd/africastalking";

export class Session {
  /** `code` may be deep: what follows the short code becomes the first history. */
  constructor(shortCode, code, msisdn, network) {
    this.id = "sim-" + crypto.randomUUID();
    this.shortCode = shortCode;
    this.msisdn = msisdn;
    this.network = network;
    const stem = shortCode.slice(0, -1);
    this.inputs = code === shortCode ? [] : code.slice(stem.length + 1, -1).split("*");
    this.began = performance.now();
    this.hops = 0;
  }

  static reaches(shortCode, code) {
    return code === shortCode || (code.startsWith(shortCode.slice(0, -1) + "*") && code.endsWith("#"));
  }

  fields() {
    const fields = new URLSearchParams({
      sessionId: this.id, serviceCode: this.shortCode, phoneNumber: this.msisdn,
      text: this.inputs.join("*"),
    });
    if (this.network) fields.set("networkCode", this.network);
    return fields;
  }

  /** Sends the next input; gives {text, open, raw, label}. Throws when no answer came. */
  async send(input) {
    if (input !== undefined) this.inputs.push(input);
    this.hops += 1;
    const request = this.fields();
    const answer = await fetch(ENDPOINT, { method: "POST", body: request });
    const body = await answer.text();
    const open = body.startsWith("CON ");
    return {
      text: body.slice(4), open, body,
      request: `POST ${ENDPOINT}\n\n${[...request].map(([k, v]) => `${k}=${v}`).join("\n")}`,
      answer: `${answer.status} ${answer.headers.get("content-type")}\n` +
        `at-ussd-hop-metadata: ${answer.headers.get("at-ussd-hop-metadata") ?? ""}\n\n${body}`,
      curl: `curl -X POST ${location.origin}${ENDPOINT} --data '${request}'`,
    };
  }

  /** Tells the program that the session is over, as the gateway would. */
  ended(status) {
    const notice = new URLSearchParams({
      date: new Date().toISOString(), sessionId: this.id, serviceCode: this.shortCode,
      phoneNumber: this.msisdn, networkCode: this.network, status,
      durationInMillis: String(Math.round(performance.now() - this.began)),
      hopsCount: String(this.hops), cost: "NGN 0",
    });
    fetch(`${ENDPOINT}/events`, { method: "POST", body: notice }).catch(() => {});
  }
}
