// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.cascade;

import dev.rivulet.gateway.exchange.Answer;
import dev.rivulet.gateway.exchange.Answering;
import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCategory;
import dev.rivulet.problems.ProblemCode;
import dev.rivulet.problems.ProblemException;
import java.nio.charset.StandardCharsets;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks models, and tells what another model may be asked about from what the caller has to mend. */
final class Models {

    private static final int LARGEST_ANSWER = 4 << 20;
    private static final int LARGEST_ERROR = 65_536;

    private final JsonMapper json;

    Models(JsonMapper json) {
        this.json = json;
    }

    /** The caller's request is at fault: its answer passes as it is. */
    static final class CallersFaultException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Answer answer;

        CallersFaultException(Answer answer) {
            super("the caller's request is at fault", null, false, false);
            this.answer = answer;
        }

        Answer answer() {
            return answer;
        }
    }

    /** Whether another model may do better. */
    static boolean mayBeAskedOfAnother(Throwable failure) {
        return switch (failure) {
            case ProblemException known ->
                known.problem().code().category() != ProblemCategory.CALLER
                        || known.problem().code() == ProblemCode.MODEL_NOT_FOUND;
            case CallersFaultException callers -> false;
            case Error error -> false;
            default -> true;
        };
    }

    /** The head of a stream; a failure where it is none. */
    Mono<Answer> stream(Ask ask, Answering next) {
        return next.answer(ask).flatMap(answer -> answer.isStream() ? Mono.just(answer) : refused(answer));
    }

    /** A whole answer; a failure where it is none. */
    Mono<Spoken> whole(Ask ask, Answering next) {
        return next.answer(ask)
                .flatMap(answer -> answer.status() == 200 && answer.isJson()
                        ? answer.bytes(LARGEST_ANSWER).switchIfEmpty(Mono.error(Models::unknown))
                        : this.<byte[]>refused(answer))
                .map(bytes -> new Spoken(ask.envelope().model(), object(bytes)));
    }

    private ObjectNode object(byte[] bytes) {
        try {
            if (json.readTree(bytes) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // It is told as every other answer of no known form.
        }
        throw unknown();
    }

    private <T> Mono<T> refused(Answer answer) {
        int status = answer.status();
        if (status >= 400 && status < 500 && status != 429 && status != 401 && status != 403 && answer.isJson()) {
            return answer.bytes(LARGEST_ERROR)
                    .switchIfEmpty(Mono.error(Models::unknown))
                    .flatMap(body -> Mono.error(new CallersFaultException(again(answer, body))));
        }
        answer.abandon().run();
        return Mono.error(unknown());
    }

    private static Answer again(Answer answer, byte[] body) {
        return new Answer(
                answer.replica(),
                answer.status(),
                answer.headers(),
                Replies.body(body).body(),
                () -> {});
    }

    private static ProblemException unknown() {
        return new ProblemException(
                Problem.of(ProblemCode.REPLICA_LOST, "The model gave no answer that can be passed on."));
    }

    /** The error object of an answer, as the data of an event. */
    static Mono<String> error(Answer answer) {
        return answer.bytes(LARGEST_ERROR).map(body -> new String(body, StandardCharsets.UTF_8).replace('\n', ' '));
    }
}
