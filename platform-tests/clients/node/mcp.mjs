// The Model Context Protocol's own client, unmodified, at the gateway's MCP server.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const url = new URL("/mcp", process.env.OPENAI_BASE_URL);
const headers = { Authorization: `Bearer ${process.env.OPENAI_API_KEY}` };
const client = new Client({ name: "rivulet-test", version: "1" });
await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));

const [model] = process.argv.slice(2);
const { tools } = await client.listTools();
const models = await client.callTool({ name: "list_models", arguments: {} });
const shown = await client.callTool({ name: "show_model", arguments: { model } });
const unknown = await client.callTool({ name: "show_model", arguments: { model: "no-such-model" } });
await client.close();

console.log(
  JSON.stringify({
    server: client.getServerVersion(),
    tools: tools.map((tool) => tool.name),
    models: models.structuredContent.models.map((one) => one.name),
    shown: shown.structuredContent.name,
    unknown: { isError: unknown.isError, text: unknown.content[0].text },
  }),
);
