// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.policy;

import dev.rivulet.gateway.policy.AnswerTexts.Leaf;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Has the texts of one request and of its answer judged by classifiers, after all other filters. */
final class Judging {

    private static final int MOST_WINDOWS = 256;

    private final JsonMapper json;
    private final Classification models;
    private final Findings findings;

    Judging(JsonMapper json, Classification models, Findings findings) {
        this.json = json;
        this.models = models;
        this.findings = findings;
    }

    /** One window of a text of a choice. */
    private record Part(ObjectNode choice, Leaf leaf, int from, String text) {}

    /**
     * Has a request judged.
     *
     * @return the same body; or a {@link ProblemException} with {@code content_policy_violation}, {@code request_too_large} or {@code
     *     no_replica}
     */
    Mono<byte[]> request(List<Judge> judges, String path, byte[] body) {
        if (judges.isEmpty()) {
            return Mono.just(body);
        }
        List<RequestTexts.Passage> passages = RequestTexts.of(path, (ObjectNode) json.readTree(body));
        return Flux.fromIterable(judges)
                .concatMap(judge -> requested(judge, passages))
                .then(Mono.just(body));
    }

    private Mono<Void> requested(Judge judge, List<RequestTexts.Passage> passages) {
        List<String> texts = new ArrayList<>();
        List<String> params = new ArrayList<>();
        for (RequestTexts.Passage passage : passages) {
            for (Windows.Window window :
                    Windows.of(String.join("", passage.texts()), judge.by().window())) {
                texts.add(window.text());
                params.add(passage.param());
            }
        }
        if (texts.size() > MOST_WINDOWS) {
            return Mono.error(new ProblemException(Problem.of(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "The policy of this API key has requests judged by a classifier, which reads at most "
                            + MOST_WINDOWS + " times " + judge.by().window() + " characters.")));
        }
        return models.found(judge.by(), texts).flatMap(found -> {
            found.stream().forEach(one -> findings.found(judge.filter(), judge.action()));
            return found.isEmpty() || judge.action() == Action.FLAG
                    ? Mono.empty()
                    : Mono.error(RequestFilter.blocked(params.get(found.nextSetBit(0))));
        });
    }

    /** Has a whole answer judged: it ends before the first window that is blocked. */
    Mono<byte[]> answer(List<Judge> judges, byte[] answer) {
        if (judges.isEmpty()) {
            return Mono.just(answer);
        }
        JsonNode node = json.readTree(answer);
        return Flux.fromIterable(judges)
                .concatMap(judge -> answered(judge, node))
                .reduce(false, Boolean::logicalOr)
                .map(changed -> changed ? json.writeValueAsString(node).getBytes(StandardCharsets.UTF_8) : answer);
    }

    private Mono<Boolean> answered(Judge judge, JsonNode node) {
        List<Part> parts = new ArrayList<>();
        for (JsonNode choice : node.path("choices")) {
            for (Leaf leaf : AnswerTexts.of((ObjectNode) choice)) {
                Windows.of(leaf.text(), judge.by().window())
                        .forEach(
                                window -> parts.add(new Part((ObjectNode) choice, leaf, window.from(), window.text())));
            }
        }
        return models.found(judge.by(), parts.stream().map(Part::text).toList())
                .map(found -> judged(judge, parts, found));
    }

    private boolean judged(Judge judge, List<Part> parts, BitSet found) {
        found.stream().forEach(one -> findings.found(judge.filter(), judge.action()));
        if (judge.action() == Action.FLAG) {
            return false;
        }
        found.stream().mapToObj(parts::get).forEach(part -> {
            String text = part.leaf().text();
            part.leaf().replace(text.substring(0, Math.min(text.length(), part.from())));
            AnswerFilter.block(part.choice());
        });
        return !found.isEmpty();
    }
}
