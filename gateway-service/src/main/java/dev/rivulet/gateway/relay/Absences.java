// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.relay;

import dev.rivulet.gateway.exchange.Ask;
import dev.rivulet.gateway.exchange.Endpoint;
import dev.rivulet.gateway.exchange.Shown;
import dev.rivulet.gateway.routing.Choice;
import dev.rivulet.gateway.routing.Replica;
import dev.rivulet.problems.Problem;
import dev.rivulet.problems.ProblemCode;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What a caller is told where nobody answers his request. */
final class Absences {

    static final Duration COME_AGAIN = Duration.ofSeconds(2);

    private Absences() {}

    static Problem problem(Ask ask, Choice absent) {
        String model = "'" + Shown.text(ask.envelope().model()) + "'";
        return switch (absent) {
            case Choice.Unknown unknown ->
                Problem.at(
                        ProblemCode.MODEL_NOT_FOUND,
                        "model",
                        "There is no model " + model + " here. GET /v1/models lists the models.");
            case Choice.Unable(Replica.Served served) ->
                Problem.at(ProblemCode.INVALID_VALUE, "model", "Model " + model + unable(ask, served));
            case Choice.LeavesSite outside ->
                Problem.at(
                        ProblemCode.INVALID_VALUE,
                        "model",
                        "Model " + model + " is answered outside this site alone, and this request may not leave it.");
            case Choice.Loading loading ->
                Problem.at(
                                ProblemCode.MODEL_LOADING,
                                "model",
                                "The model " + model + " is being loaded. Send this request again after the seconds in "
                                        + "Retry-After.")
                        .retryAfter(COME_AGAIN);
            case Choice.NoReplica none ->
                Problem.at(
                                ProblemCode.NO_REPLICA,
                                "model",
                                "No replica takes requests for " + model
                                        + " at present. Send this one again after the seconds in Retry-After.")
                        .retryAfter(COME_AGAIN);
            case Choice.Chosen chosen -> throw new IllegalStateException("a chosen replica is not absent");
        };
    }

    private static String unable(Ask ask, Replica.Served served) {
        return ask.counts()
                ? " is answered by nobody who counts the tokens of a chat."
                : " can't be asked at " + ask.path() + "; it answers " + paths(served) + ".";
    }

    /** The paths that a model answers. */
    private static String paths(Replica.Served served) {
        return Arrays.stream(Endpoint.values())
                .filter(one -> served.can(one.capability()))
                .map(Endpoint::path)
                .collect(Collectors.joining(" and "));
    }
}
