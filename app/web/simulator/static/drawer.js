// The latest request and answer, word for word; kept in the page only and gone with it.
const SHOWN_MS = 2000;

export class Drawer {
  constructor(element) {
    this.find = (selector) => element.querySelector(selector);
    this.button = this.find(".copy");
    this.label = this.button.textContent;
    this.button.addEventListener("click", () => this.copy());
  }

  /** One exchange of the gateway with the program; `answer` is null when none came. */
  show({ request, answer, milliseconds }) {
    this.find(".request").textContent = message(`${request.method} ${request.path}`, request);
    this.find(".answer").textContent = answer ? message(`${answer.status}`, answer) : "No answer came";
    this.find(".took").textContent = answer ? `${milliseconds} ms` : "";
    this.curl = curl(location.origin, request);
    this.button.disabled = false;
  }

  async copy() {
    const copied = await navigator.clipboard?.writeText(this.curl).then(() => true, () => false);
    this.button.textContent = copied ? "Copied" : "The browser refused";
    setTimeout(() => { this.button.textContent = this.label; }, SHOWN_MS);
  }
}

function message(first, { headers, body }) {
  const heads = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [first, ...heads].join("\n") + (body ? `\n\n${body}` : "");
}

/** The request as a command for a shell. */
export function curl(origin, { method, path, headers, body }) {
  const heads = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const data = body ? [`--data-raw ${quoted(body)}`] : [];
  return ["curl", `-X ${method}`, quoted(origin + path), ...heads, ...data].join(" ");
}

function quoted(text) { return `'${text.replaceAll("'", "'\\''")}'`; }
