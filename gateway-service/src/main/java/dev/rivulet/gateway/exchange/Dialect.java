// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.exchange;

import dev.rivulet.inference.contract.TokenCount;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemException;
import java.util.List;
import java.util.Optional;

/**
 * A bean that serves a path whose requests are chats in another form: they become chat completions before anything else looks at
 * them, and answers become that form last of all. It has the errors of the paths below its own that no other bean serves. Safe
 * for use by many threads.
 */
public interface Dialect {

    /** Such as {@code /v1/messages}. */
    String path();

    /** Where replicas are asked: a path of {@link Endpoint}, or {@link TokenCount#PATH} if nothing is to be generated. */
    default String asks() {
        return Endpoint.CHAT.path();
    }

    /** The header in which its clients look for the id of a request, beside {@code x-request-id}; empty if they look there. */
    default Optional<String> requestIdHeader() {
        return Optional.empty();
    }

    /** The form of one request, at this path or below it, whose caller may not be known yet. */
    Form of(Passage passage);

    /** The form of one request and its answer: what was asked may be kept for what is answered. */
    interface Form {

        /**
         * A request as a chat completion.
         *
         * @param body one JSON object in UTF-8 with a {@code model}
         * @throws ProblemException with {@code invalid_value}, {@code missing_parameter} or {@code unsupported_parameter} in terms
         *     of this form
         */
        byte[] request(byte[] body);

        /**
         * A chat completion that is no stream as an answer of this form.
         *
         * @throws ProblemException with {@code replica_lost} if it is none
         */
        byte[] whole(byte[] completion);

        /** Translates one stream. */
        Translation stream(String requestId);

        /** The body of an answer that tells of a failure. */
        byte[] error(Problem problem, String requestId);

        /** A failure as the last event of a stream that has begun; may come on another thread than the stream's events. */
        byte[] errorEvent(Problem problem, String requestId);
    }

    /** The events of one stream, in order; for one thread at a time. */
    interface Translation {

        /**
         * An event, or a comment, as events of this form: none, one or several.
         *
         * @throws ProblemException with {@code replica_lost} if it is no chunk of a chat completion
         */
        List<String> event(String event);

        /** What is still to be told when the stream has ended by itself. */
        List<String> end();
    }
}
