/** The request of the playground as a program of one's own. The key is an environment variable; it is not on this page. */

const quotedForShell = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const quotedForJava = (text) => JSON.stringify(text);

/**
 * @param {'curl' | 'python' | 'java'} language
 * @param {string} url of the gateway, without `/v1`
 * @param {Record<string, any>} request
 */
export function snippet(language, url, request) {
  if (language === 'curl') return curl(url, request);
  return language === 'python' ? python(url, request) : java(url, request);
}

function curl(url, request) {
  return `curl -N ${url}/v1/chat/completions \\
  -H "Authorization: Bearer $RIVULET_API_KEY" \\
  -H 'Content-Type: application/json' \\
  -d ${quotedForShell(JSON.stringify({ ...request, stream: true }))}`;
}

function python(url, request) {
  const named = Object.entries(request).map(([name, value]) => `    ${name}=${pythonValue(value)},`);
  return `# pip install openai
import os
from openai import OpenAI

client = OpenAI(base_url="${url}/v1", api_key=os.environ["RIVULET_API_KEY"])
stream = client.chat.completions.create(
${named.join('\n')}
    stream=True,
)
for chunk in stream:
    if chunk.choices and chunk.choices[0].delta.content:
        print(chunk.choices[0].delta.content, end="", flush=True)`;
}

/** JSON as Python writes it. */
function pythonValue(value) {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonValue).join(', ')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonValue(each)}`).join(', ')}}`;
  return JSON.stringify(value);
}

function java(url, request) {
  return `// A file Ask.java; run it with: java Ask.java
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

void main() throws Exception {
    var request = HttpRequest.newBuilder(URI.create("${url}/v1/chat/completions"))
            .header("Authorization", "Bearer " + System.getenv("RIVULET_API_KEY"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(${quotedForJava(JSON.stringify({ ...request, stream: true }))}))
            .build();
    HttpClient.newHttpClient()
            .send(request, HttpResponse.BodyHandlers.ofLines())
            .body()
            .forEach(IO::println);
}`;
}
