// GSM 03.38, as menus/engine/gsm7.py counts it: extension characters take two septets.
export const BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
export const EXTENDED = "^{}\\[~]|€";

/** Septets of a text, or null when a character is outside the alphabet. */
export function septets(text) {
  let sum = 0;
  for (const character of text) {
    if (BASIC.includes(character)) sum += 1;
    else if (EXTENDED.includes(character)) sum += 2;
    else return null;
  }
  return sum;
}
