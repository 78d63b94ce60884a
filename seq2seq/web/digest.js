/** The SHA-256 of some bytes, in hexadecimal. Browsers have it in secure contexts only: with HTTPS, or from this computer. */
export async function digest(file) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", file));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
