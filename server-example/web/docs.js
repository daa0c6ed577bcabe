/**
 * The API document in its reader, which sends its examples to this very server. Whatever of the reader asks
 * anybody else is switched off; the page's policy of contents would not let it.
 */

/** Who the examples are sent as in dev mode. */
const DEMO_USER = "demo-user";

/** The reader's greys, green and red are too pale to read (WCAG 2.2, 1.4.3). */
const READABLE = `
.light-mode { --scalar-color-2: #5f5f5f; --scalar-color-3: #666; --scalar-color-green: #007044; --scalar-color-red: #c80010 }
.dark-mode { --scalar-color-3: #999; --scalar-color-red: #ff6f66 }
`;

const { Scalar } = /** @type {any} */ (globalThis);

/** An access token of the demo user, where the server is in dev mode: only then there is an example. */
async function demoToken(/** @type {{ tags: { name: string }[] }} */ { tags }) {
  if (!tags.some(({ name }) => name === "Example")) return undefined;
  const answer = await fetch("/dev/tokens", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ sub: DEMO_USER }),
  });
  return (await answer.json()).accessToken;
}

async function show() {
  const content = await (await fetch("/openapi.json")).json();
  const token = await demoToken(content);
  Scalar.createApiReference("#reader", {
    content,
    authentication: { preferredSecurityScheme: "accessToken", securitySchemes: { accessToken: { token } } },
    customCss: READABLE,
    agent: { disabled: true },
    mcp: { disabled: true },
    telemetry: false,
    withDefaultFonts: false,
    defaultOpenAllTags: true,
    showDeveloperTools: "never",
    hideClientButton: true,
  });
}

show();
