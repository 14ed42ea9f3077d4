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
