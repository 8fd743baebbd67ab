// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.voice;

import dev.rivulet.gateway.budget.Budgets;
import dev.rivulet.gateway.budget.Budgets.Reservation;
import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Envelope;
import dev.rivulet.gateway.exchange.Passage;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a model what an utterance means. */
final class Recognising {

    private static final int LARGEST_ANSWER = 1 << 16;
    private static final int SAMPLES_A_TOKEN = 320;

    private final Answering answering;
    private final Budgets budgets;
    private final JsonMapper json;
    private final Duration timeout;

    Recognising(Answering answering, Budgets budgets, JsonMapper json, Duration timeout) {
        this.answering = answering;
        this.budgets = budgets;
        this.json = json;
        this.timeout = timeout;
    }

    /**
     * The answer of {@code /v1/audio/commands}.
     *
     * @param counted whether it counts as a request of the caller's key
     * @return fails with a {@link ProblemException}
     */
    Mono<JsonNode> recognise(String model, float[] samples, Passage passage, boolean counted) {
        return Mono.defer(() -> {
            long tokens = samples.length / SAMPLES_A_TOKEN + 1L;
            if (!counted) {
                return ask(model, samples, passage, tokens);
            }
            Reservation reservation =
                    budgets.reserve(passage.identity(), tokens).granted((name, value) -> {});
            return ask(model, samples, passage, tokens).doFinally(signal -> reservation.settle(tokens));
        });
    }

    private Mono<JsonNode> ask(String model, float[] samples, Passage passage, long tokens) {
        byte[] body = json.writeValueAsBytes(Map.of(
                "model", model, "format", "pcm16", "audio", Base64.getEncoder().encodeToString(pcm(samples))));
        Ask ask = new Ask(Endpoint.COMMANDS.path(), new Envelope(model, false, tokens), body, Map.of(), passage);
        return answering
                .answer(ask)
                .flatMap(answer -> answer.bytes(LARGEST_ANSWER).map(bytes -> read(answer, bytes)))
                .timeout(
                        timeout,
                        Mono.error(() -> new ProblemException(
                                Problem.of(ProblemCode.REPLICA_TIMEOUT, "The utterance was not recognised in time."))));
    }

    private JsonNode read(Answer answer, byte[] bytes) {
        JsonNode node = json.readTree(bytes);
        if (answer.status() == 200) {
            return node;
        }
        String message = node.path("error").path("message").asString("The model could not recognise the utterance.");
        throw new ProblemException(Problem.of(ProblemCode.REPLICA_LOST, message));
    }

    private static byte[] pcm(float[] samples) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            bytes.putShort((short) Math.clamp(Math.round(sample * 32768f), Short.MIN_VALUE, Short.MAX_VALUE));
        }
        return bytes.array();
    }
}
