// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.testsupport.openai;

import java.net.http.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One answer to an HTTP request, read to its end.
 *
 * @param method such as {@code POST}
 * @param path with or without a query
 * @param contentType as in the header; null if there is none
 */
public record Seen(
        String method, String path, int status, @Nullable String contentType, String body) {

    private static final String DATA = "data:";
    private static final JsonMapper JSON = JsonMapper.shared();

    public Seen {
        path = path.split("\\?", 2)[0];
    }

    /** An answer that the JDK's client has read whole. */
    public static Seen of(HttpResponse<String> answer) {
        return of(answer, answer.body());
    }

    /** An answer whose body was read apart from it. */
    public static Seen of(HttpResponse<?> answer, String body) {
        return new Seen(
                answer.request().method(),
                answer.request().uri().getRawPath(),
                answer.statusCode(),
                answer.headers().firstValue("content-type").orElse(null),
                body);
    }

    public boolean isStream() {
        return contentType != null && contentType.startsWith("text/event-stream");
    }

    /** The JSON of a whole answer. */
    public JsonNode json() {
        return JSON.readTree(body);
    }

    /** The JSON of every event of a stream but its end, {@code [DONE]}. */
    public List<JsonNode> events() {
        return body.lines()
                .filter(line -> line.startsWith(DATA))
                .map(line -> line.substring(DATA.length()).strip())
                .filter(data -> !data.equals("[DONE]"))
                .map(JSON::readTree)
                .toList();
    }
}
