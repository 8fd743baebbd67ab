// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The hub over HTTP. Redirects are followed here, so that the token stays with the hub and a secure address leads to secure ones.
 *
 * @see <a href="https://huggingface.co/docs/hub/api">its interface</a>
 */
public final class Hub implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(15);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final int MOST_REDIRECTS = 6;
    private static final int LARGEST_LISTING = 32 << 20;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> TRANSIENT = Set.of(408, 425, 429, 500, 502, 503, 504);

    private final HubAddress address;
    private final Patience patience;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT)
            .build();

    public Hub(HubAddress address, Patience patience) {
        this.address = address;
        this.patience = patience;
    }

    /**
     * An answer with its bytes still to come.
     *
     * @param status 200, 206 or 416
     * @param etag of the bytes, as the one who sends them names it; empty if it doesn't
     * @param linkedEtag what the hub says about a large file that another host sends; empty if it doesn't
     * @param range {@code Content-Range}; empty if there is none
     * @param length {@code Content-Length}, -1 if it is not told
     * @param body to be closed
     */
    record Answer(int status, String etag, String linkedEtag, String range, long length, InputStream body) {}

    /** What the repository holds at its revision. */
    public HubListing list(HubRepository repository) throws IOException, InterruptedException {
        URI uri = URI.create(address.url() + "/api/models/" + repository.path() + "/revision/"
                + encoded(repository.revision()) + "?blobs=true");
        return patience.tried("The list of files of " + repository, () -> 0, () -> {
            try (InputStream body = get(uri, repository.toString(), Map.of()).body()) {
                byte[] bytes = body.readNBytes(LARGEST_LISTING + 1);
                if (bytes.length > LARGEST_LISTING) {
                    throw new HubException(repository + ": the hub's list of files is larger than 32 MiB.");
                }
                return HubListing.parse(repository.toString(), json(repository, bytes));
            }
        });
    }

    private static JsonNode json(HubRepository repository, byte[] bytes) {
        try {
            return new JsonMapper().readTree(bytes);
        } catch (JacksonException e) {
            throw new HubException(repository + ": the hub's answer is not JSON; is the address that of a model hub?");
        }
    }

    /** Begins to read a file at a commit. */
    Answer open(HubRepository repository, String commit, HubFile file, Map<String, String> headers)
            throws IOException, InterruptedException {
        StringBuilder path = new StringBuilder();
        for (String part : file.path().split("/")) {
            path.append('/').append(encoded(part));
        }
        URI uri = URI.create(address.url() + "/" + repository.path() + "/resolve/" + commit + path);
        return get(uri, repository + ": " + file.path(), headers);
    }

    Patience patience() {
        return patience;
    }

    private Answer get(URI start, String what, Map<String, String> headers) throws IOException, InterruptedException {
        URI uri = start;
        String linked = "";
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            HttpResponse<InputStream> answer = client.send(request(uri, headers), BodyHandlers.ofInputStream());
            int status = answer.statusCode();
            if (address.isOrigin(uri)) {
                linked = header(answer, "x-linked-etag", linked);
            }
            if (!REDIRECTS.contains(status)) {
                return checked(answer, what, linked);
            }
            answer.body().close();
            uri = next(uri, header(answer, "location", ""), what);
        }
        throw new HubException(what + ": the hub leads from one address to the next without end.");
    }

    private HttpRequest request(URI uri, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(ANSWER).header("user-agent", "rivulet");
        headers.forEach(request::header);
        if (!address.token().isEmpty() && address.isOrigin(uri)) {
            request.header("authorization", "Bearer " + address.token());
        }
        return request.GET().build();
    }

    private static URI next(URI from, String location, String what) {
        try {
            URI to = from.resolve(location);
            boolean web = "https".equals(to.getScheme()) || "http".equals(to.getScheme());
            boolean asSecure = !"https".equals(from.getScheme()) || "https".equals(to.getScheme());
            if (!location.isEmpty() && web && asSecure && to.getHost() != null) {
                return to;
            }
        } catch (IllegalArgumentException e) {
            // told below, like an address that must not be followed
        }
        throw new HubException(what
                + ": the hub leads to an address that is not followed (no web address, or from https" + " to http).");
    }

    private Answer checked(HttpResponse<InputStream> answer, String what, String linked) throws IOException {
        int status = answer.statusCode();
        if (status == 200 || status == 206 || status == 416) {
            return new Answer(
                    status,
                    header(answer, "etag", ""),
                    unquoted(linked),
                    header(answer, "content-range", ""),
                    answer.headers().firstValueAsLong("content-length").orElse(-1),
                    answer.body());
        }
        answer.body().close();
        if (TRANSIENT.contains(status)) {
            throw new BusyException(
                    "the hub answered with " + status, retryAfter(header(answer, "retry-after", ""), Instant.now()));
        }
        throw new HubException(what + " was answered with " + status + ": " + hint(status));
    }

    private String hint(int status) {
        return switch (status) {
            case 401, 403 ->
                address.token().isEmpty()
                        ? "it is private, gated, or does not exist. Accept its terms on the hub if it has any, and set"
                                + " HF_TOKEN to a token that may read it."
                        : "the token of HF_TOKEN may not read it. Accept its terms on the hub if it has any.";
            case 404 -> "there is no such repository, revision or file at " + address + ".";
            default -> "the hub refuses at " + address + ".";
        };
    }

    static Duration retryAfter(String header, Instant now) {
        try {
            if (header.matches("\\d{1,7}")) {
                return Duration.ofSeconds(Long.parseLong(header));
            }
            Instant then = ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return then.isAfter(now) ? Duration.between(now, then) : Duration.ZERO;
        } catch (DateTimeParseException e) {
            return Duration.ZERO;
        }
    }

    private static String header(HttpResponse<?> answer, String name, String otherwise) {
        return answer.headers().firstValue(name).orElse(otherwise);
    }

    static String unquoted(String etag) {
        return etag.replaceFirst("^W/", "").replace("\"", "");
    }

    private static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
