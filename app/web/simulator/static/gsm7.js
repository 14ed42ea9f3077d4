// GSM 03.38, as menus/engine/gsm7.py counts it: extension characters take two septets.
export const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
export const EXTENDED = "^{}\\[~]|€";

/** The characters of a text that are outside the alphabet, each once. */
export function strangers(text) {
  return [...new Set(text)].filter((character) => !(BASIC + EXTENDED).includes(character));
}

/** Septets of a text, or null when a character is outside the alphabet. */
export function septets(text) {
  if (strangers(text).length) return null;
  return [...text].reduce((sum, character) => sum + (EXTENDED.includes(character) ? 2 : 1), 0);
}

const GSM7 = { single: 160, part: 153 };
const UCS2 = { single: 70, part: 67 };

/** An SMS as it is paid for: characters or septets used, room until the next part, parts. */
export function parts(text) {
  const used = septets(text) ?? text.length;
  const { single, part } = septets(text) === null ? UCS2 : GSM7;
  const count = used <= single ? 1 : Math.ceil(used / part);
  return { used, room: count === 1 ? single : count * part, count };
}
