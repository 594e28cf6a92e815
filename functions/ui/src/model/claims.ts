/** A logged-in user, as the token tells it. The token is checked by the API, never here. */
export interface Session {
  token: string;
  username: string;
  scopes: string[];
  /** Milliseconds since 1970. */
  expires: number;
}

function payload(token: string): Record<string, unknown> {
  const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}

/** Read a token; null for none, for one that is not a token, and for one whose time is over. */
export function readClaims(token: string | null, now: number): Session | null {
  if (!token) return null;
  try {
    const claims = payload(token);
    const expires = Number(claims["exp"]) * 1000;
    const scopes = Array.isArray(claims["scopes"]) ? (claims["scopes"] as string[]) : [];
    return expires > now ? { token, username: String(claims["username"] ?? ""), scopes, expires } : null;
  } catch {
    return null;
  }
}
