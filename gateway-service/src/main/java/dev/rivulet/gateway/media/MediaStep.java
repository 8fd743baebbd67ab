// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.media;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.gateway.exchange.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Turns addresses of pictures into their bytes before a request goes on, and tells callers of answers that went without pictures. */
final class MediaStep implements Step {

    private static final List<byte[]> SIGNS =
            List.of("image_url".getBytes(StandardCharsets.US_ASCII), "video_url".getBytes(StandardCharsets.US_ASCII));
    private static final int AT_ONCE = 4;

    private final JsonMapper json;
    private final PictureFetcher fetcher;
    private final MediaProperties limits;
    private final Scheduler parsing;

    /** @param parsing where bodies with pictures are read */
    MediaStep(JsonMapper json, PictureFetcher fetcher, MediaProperties limits, Scheduler parsing) {
        this.json = json;
        this.fetcher = fetcher;
        this.limits = limits;
        this.parsing = parsing;
    }

    @Override
    public int getOrder() {
        return Order.MEDIA;
    }

    @Override
    public Mono<Answer> answer(Ask ask, Answering next) {
        boolean pictured =
                ask.path().equals(Endpoint.CHAT.path()) && SIGNS.stream().anyMatch(sign -> holds(ask, sign));
        if (!pictured) {
            return next.answer(ask);
        }
        return Mono.fromCallable(() -> json.readTree(ask.body()))
                .subscribeOn(parsing)
                .flatMap(body -> fetched(ask, body))
                .flatMap(next::answer)
                .doOnNext(answer -> {
                    String degraded = answer.header(Passage.DEGRADED);
                    if (degraded != null) {
                        ask.passage().tell(Passage.DEGRADED, degraded);
                    }
                });
    }

    private static boolean holds(Ask ask, byte[] sign) {
        byte[] body = ask.body();
        for (int at = 0; at <= body.length - sign.length; at++) {
            int same = 0;
            while (same < sign.length && body[at + same] == sign[same]) {
                same++;
            }
            if (same == sign.length) {
                return true;
            }
        }
        return false;
    }

    /**
     * An address in a request.
     *
     * @param in the object whose {@code url} it is
     * @param path of the address
     */
    private record Remote(ObjectNode in, String path) {

        String address() {
            return in.path("url").asString("");
        }
    }

    private Mono<Ask> fetched(Ask ask, JsonNode body) {
        List<Remote> remotes = remotes(body);
        if (remotes.isEmpty()) {
            return Mono.just(ask);
        }
        if (remotes.size() > limits.most()) {
            return Mono.error(PictureFetcher.refused(
                    remotes.get(limits.most()).path(),
                    "is one too many: " + limits.most() + " are fetched for a request"));
        }
        return Flux.fromIterable(remotes)
                .flatMap(
                        one -> fetcher.fetch(one.path(), one.address())
                                .doOnNext(bytes -> one.in().put("url", dataUrl(bytes))),
                        AT_ONCE)
                .then(Mono.fromCallable(() -> ask.with(ask.path(), ask.envelope(), json.writeValueAsBytes(body))));
    }

    private static String dataUrl(byte[] bytes) {
        return "data:application/octet-stream;base64," + Base64.getEncoder().encodeToString(bytes);
    }

    private static List<Remote> remotes(JsonNode body) {
        List<Remote> remotes = new ArrayList<>();
        JsonNode messages = body.path("messages");
        for (int i = 0; i < messages.size(); i++) {
            JsonNode content = messages.get(i).path("content");
            for (int j = 0; content.isArray() && j < content.size(); j++) {
                for (String kind : List.of("image_url", "video_url")) {
                    String path = "messages[" + i + "].content[" + j + "]." + kind + ".url";
                    if (content.get(j).path(kind) instanceof ObjectNode in && remote(in)) {
                        remotes.add(new Remote(in, path));
                    }
                }
            }
        }
        return remotes;
    }

    private static boolean remote(ObjectNode in) {
        String url = in.path("url").asString("");
        return !url.isEmpty() && !url.regionMatches(true, 0, "data:", 0, 5);
    }
}
