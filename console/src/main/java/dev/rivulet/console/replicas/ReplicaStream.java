// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.console.replicas;

import java.time.Duration;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** Tells the browser about the replicas: at once, and as server-sent events. */
@RestController
class ReplicaStream {

    private final ReplicaBoard board;
    private final ReplicaSettings settings;

    ReplicaStream(ReplicaBoard board, ReplicaSettings settings) {
        this.board = board;
        this.settings = settings;
    }

    @GetMapping(path = "/api/replicas", produces = MediaType.APPLICATION_JSON_VALUE)
    List<Replica> replicas() {
        return board.replicas();
    }

    /** The whole board at every interval, so that a reader who missed one has lost nothing; a slow reader gets fewer. */
    @GetMapping(path = "/api/replicas/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<List<Replica>> stream() {
        return Flux.interval(Duration.ZERO, settings.interval())
                .onBackpressureDrop()
                .map(tick -> board.replicas());
    }
}
