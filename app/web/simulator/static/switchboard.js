// The sandbox's switchboard: it sends what a gateway would send, and says what the handset shows.
const PATIENCE_MS = 10_500; // a little more than the gateways', whose word on it comes first

export class Switchboard {
  constructor(sandbox) { this.base = `${sandbox}/control/ussd`; }

  /** One hop; gives {text, close, problem, request, answer, milliseconds}, or {error} for what no
   *  gateway would send. Throws when nothing came in time. */
  async hop(call, typed, { fault, delay }) {
    const body = { ...call, typed, fault, delay_ms: delay };
    const answer = await post(this.base, body, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.json();
  }

  /** The session is over, by its user or by the network; said even while the page closes. */
  end(call, typed, hungUp) {
    post(`${this.base}/end`, { ...call, typed, hung_up: hungUp }, { keepalive: true }).catch(() => {});
  }
}

function post(address, body, more) {
  const headers = { "Content-Type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body), ...more });
}
