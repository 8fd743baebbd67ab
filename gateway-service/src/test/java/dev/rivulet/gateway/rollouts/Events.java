// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.rollouts;

import com.google.protobuf.Timestamp;
import dev.rivulet.events.model.v1.RolloutChanged;
import dev.rivulet.events.model.v1.RolloutState;
import dev.rivulet.gateway.StubReplica;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** What the registry says of the rollout of version 2 of the model {@code m}, and replicas that take part in it. */
final class Events {

    private Events() {}

    /** @param startedAt seconds */
    static RolloutChanged rollout(String id, long startedAt, long revision, String state, int percent) {
        return RolloutChanged.newBuilder()
                .setModel("m")
                .setRollout(id)
                .setRevision(revision)
                .setBaseline("1")
                .setCandidate("2")
                .setState(RolloutState.valueOf("ROLLOUT_STATE_" + state))
                .setPercent(percent)
                .setSalt("salt")
                .setStartedAt(Timestamp.newBuilder().setSeconds(startedAt))
                .build();
    }

    /** Answers for the version that is asked for as a replica does: a version that it lacks is not found. */
    static StubReplica truthful(StubReplica replica) {
        return replica.answeringEach((received, response) -> {
            String wanted = received.headers().get("x-rivulet-model-version");
            String version = wanted == null ? replica.versions().getFirst() : wanted;
            return replica.versions().contains(version) ? said(version, response) : lacks(response);
        });
    }

    static Publisher<Void> said(String version, HttpServerResponse response) {
        return response.header("content-type", "application/json")
                .header("x-rivulet-model-version", version)
                .sendString(Mono.just("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"same\"}}],\"said_by\":\""
                        + version + "\"}"));
    }

    private static Publisher<Void> lacks(HttpServerResponse response) {
        return response.status(404)
                .header("content-type", "application/json")
                .sendString(Mono.just("{\"error\":{\"message\":\"no such version\",\"type\":\"invalid_request_error\","
                        + "\"param\":\"x-rivulet-model-version\",\"code\":\"model_not_found\"}}"));
    }

    /** The words of a request. */
    static String body(StubReplica.Received received) {
        return new String(Objects.requireNonNull(received.body()), StandardCharsets.UTF_8);
    }
}
